//! Relations whose keys are not there: found when the application is built.

use skeleton_runtime::prelude::*;

use crate::people::Person;

/// Has none of what it names.
#[resource(
    table = "clubs",
    has_many(
        rooms: Room,
        doors: Door,
        keys: Key via clubs_id,
        locks: Key via name,
        members: Person through Door via front_id,
        secrets: Hidden,
        scraps: Scrap,
    )
)]
pub(crate) struct Club {
    pub(crate) id: Uuid,
}

/// Refers to nobody.
#[resource]
pub(crate) struct Room {
    pub(crate) id: Uuid,
}

/// Refers twice.
#[resource]
pub(crate) struct Door {
    pub(crate) id: Uuid,
    #[field(belongs_to = Club)]
    pub(crate) front_id: Uuid,
    #[field(belongs_to = Club)]
    pub(crate) back_id: Uuid,
}

/// Refers once, and is ordered by what not everybody may read.
#[resource(sort = "weight")]
pub(crate) struct Key {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    #[field(sort, read = Admin)]
    pub(crate) weight: i32,
    #[field(belongs_to = Club)]
    pub(crate) club_id: Uuid,
}

/// Is listed by nobody.
#[resource(operations(get))]
pub(crate) struct Hidden {
    pub(crate) id: Uuid,
    #[field(belongs_to = Club)]
    pub(crate) club_id: Uuid,
}

/// Shows nobody where it belongs.
#[resource]
pub(crate) struct Scrap {
    pub(crate) id: Uuid,
    #[field(write_only, belongs_to = Club)]
    pub(crate) club_id: Uuid,
}

#[test]
fn relations_without_their_keys_are_found_when_the_app_is_built() {
    let app = App::new(package!()).resource::<Club>();
    let told = app.check().unwrap_err().to_string();
    let expected = "the application can't be put together:
  - `Club` has many `rooms`, but no field of `Room` refers to `Club`; mark one with `#[field(belongs_to = Club)]`
  - `Club` has many `doors`, and several fields of `Door` refer to `Club` (`front_id`, `back_id`); say which, as `via front_id`
  - `keys` of `Club` goes `via clubs_id`, but `Key` has no such field; those that refer to `Club`: `club_id`
  - `locks` of `Club` goes `via name`, but that field of `Key` does not refer to `Club`; mark it with `#[field(belongs_to = Club)]`
  - `members` goes `through Door`, of which no other field refers to `Person`; mark one with `#[field(belongs_to = Person)]`
  - `Club` has many `secrets`, but nobody may list `Hidden`; add `list` to its `operations(…)`, or leave the relation out
  - `Club` has many `scraps`, but the field that refers back is in no answer; leave out its `write_only`, or the relation
  - the default order of `Key` goes by `weight`, which not everybody may read; give it another `sort = \"…\"`";
    assert_eq!(told, expected);
}
