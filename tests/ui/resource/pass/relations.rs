//! Relations of every kind.

use skeleton_runtime::prelude::*;

/// Refers to itself, and is joined with others; a relation may have a keyword for its name.
#[resource(
    has_many(
        children: Place via parent_id,
        r#type: visits::Visit,
        people: Person through visits::Visit,
        neighbours: Place through Road via from_id,
    ),
    include_depth = 4
)]
pub struct Place {
    /// The place.
    pub id: Uuid,
    /// What it is part of.
    #[field(belongs_to = Place)]
    pub parent_id: Option<Uuid>,
    /// A key that gives no relation, for its name does not end in `_id`.
    #[field(belongs_to = Person)]
    pub keeper: Option<i64>,
}

/// The other side, with a comma at the end.
#[resource(has_many(places: Place through visits::Visit,))]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The person.
    pub id: i64,
}

/// Joins a place with itself.
#[resource]
pub struct Road {
    /// The road.
    pub id: i64,
    /// Where it begins.
    #[field(belongs_to = Place)]
    pub from_id: Uuid,
    /// Where it ends.
    #[field(belongs_to = Place)]
    pub to_id: Uuid,
}

/// In a module of its own.
pub mod visits {
    use skeleton_runtime::prelude::*;

    use super::{Person, Place};

    /// Joins people with places.
    #[resource]
    pub struct Visit {
        /// The visit.
        pub id: i64,
        /// Who was there.
        #[field(belongs_to = Person)]
        pub person_id: i64,
        /// Where.
        #[field(belongs_to = Place)]
        pub place_id: Uuid,
    }
}

/// The relations, by their names.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let relations = Place::meta().relations.iter();
    relations.map(|relation| relation.name).collect()
}
