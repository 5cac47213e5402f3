//! Values of one type as those of another.

use crate::schema::model::Type;

/// How the values of a column change their type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::schema) struct Conversion {
    /// Whether each value stays what it is.
    pub(in crate::schema) is_lossless: bool,
    /// The values that there are, in SQLite, where it stores them in another way.
    pub(in crate::schema) sqlite: Sqlite,
}

/// What SQLite does with the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::schema) enum Sqlite {
    /// They stay.
    Same,
    /// They stay, if they are within these bounds.
    Within(i64, i64),
    /// They are cast to this type.
    Cast(&'static str),
}

/// The conversion, if there is one that a generated migration can do.
pub(in crate::schema) fn conversion(from: Type, to: Type) -> Option<Conversion> {
    use Type::{Decimal, F32, F64, I16, I32, I64, Text};
    let to_16 = Sqlite::Within(i16::MIN.into(), i16::MAX.into());
    let to_32 = Sqlite::Within(i32::MIN.into(), i32::MAX.into());
    let (is_lossless, sqlite) = match (from, to) {
        (I16, I32 | I64) | (I32, I64) | (F32, F64) => (true, Sqlite::Same),
        (I32 | I64, I16) => (false, to_16),
        (I64, I32) => (false, to_32),
        (F64, F32) => (false, Sqlite::Same),
        (I16 | I32, F64) | (I16, F32) => (true, Sqlite::Cast("REAL")),
        (I64 | Decimal, F32 | F64) | (I32, F32) => (false, Sqlite::Cast("REAL")),
        (I16 | I32 | I64, Decimal) | (I16 | I32 | I64 | Decimal, Text) => {
            (true, Sqlite::Cast("TEXT"))
        }
        _ => return None,
    };
    Some(Conversion {
        is_lossless,
        sqlite,
    })
}
