//! From a difference to the SQL of either database.

mod column;
mod convert;
mod create;
mod online;
mod postgres;
mod script;
mod sqlite;
mod word;

pub(super) use column::{check, default, type_of};
pub(super) use convert::conversion;
pub use script::Script;
pub(super) use word::{name, names, text};

use super::diff::Diff;

/// The migrations of both databases: of PostgreSQL one, or two where something is done while others read and write.
pub(super) fn scripts(forth: &Diff, back: &Diff) -> (Vec<Script>, Vec<Script>) {
    (
        postgres::scripts(forth, back),
        vec![sqlite::script(forth, back)],
    )
}
