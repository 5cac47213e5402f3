use crate::prelude::*;

use super::from_document;

/// With names that are keywords, and each form of a field.
#[resource(crate = crate, table = false)]
struct Thing {
    id: i64,
    r#type: String,
    place: Option<Jsonb<Vec<u8>>>,
    token: Secret<String>,
}

fn thing() -> Thing {
    Thing {
        id: 1,
        r#type: "box".to_owned(),
        place: Some(Jsonb(vec![1])),
        token: "hidden".to_owned().into(),
    }
}

#[test]
fn a_row_is_shown_as_by_the_derive_of_the_language() {
    #[derive(Debug)]
    #[expect(dead_code, reason = "it is shown")]
    struct Thing {
        id: i64,
        r#type: String,
        place: Option<Jsonb<Vec<u8>>>,
        token: Secret<String>,
    }

    let super::tests::Thing {
        id,
        r#type,
        place,
        token,
    } = thing();
    let derived = Thing {
        id,
        r#type,
        place,
        token,
    };
    assert_eq!(format!("{:?}", thing()), format!("{derived:?}"));
    assert_eq!(format!("{:#?}", thing()), format!("{derived:#?}"));
}

#[test]
fn a_row_is_the_same_if_each_field_is() {
    assert_eq!(thing(), thing().clone());
    let other = |change: fn(&mut Thing)| {
        let mut other = thing();
        change(&mut other);
        other
    };
    assert_ne!(thing(), other(|it| it.id = 2));
    assert_ne!(thing(), other(|it| it.r#type = String::new()));
    assert_ne!(thing(), other(|it| it.place = None));
    assert_ne!(thing(), other(|it| it.token = String::new().into()));
    let changes = ThingChanges {
        place: Patch::Set(None),
        ..ThingChanges::default()
    };
    assert_eq!(changes, changes.clone());
    assert_ne!(changes, ThingChanges::default());
}

#[test]
fn a_document_is_told_from_none() {
    type Maybe = Option<Jsonb<Option<u8>>>;

    let read = |json| from_document::<Maybe>(json).unwrap();
    assert_eq!(read(None), None);
    assert_eq!(read(Some(JsonValue::Null)), Some(Jsonb(None)));
    assert_eq!(read(Some(JsonValue::from(5))), Some(Jsonb(Some(5))));
    assert!(from_document::<Maybe>(Some(JsonValue::from(500))).is_err());
    assert!(from_document::<Jsonb<u8>>(None).is_err());
}
