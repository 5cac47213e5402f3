//! Enums as columns, with every key.
#![deny(warnings, missing_docs, clippy::pedantic)]

use skeleton_runtime::prelude::*;

/// Named by the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, DbEnum)]
pub enum Status {
    /// Being written.
    #[default]
    Draft,
    /// Being read.
    InReview,
    /// To be read by all.
    #[serde(rename = "live")]
    Published,
}

/// Named by a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[db_enum(crate = ::skeleton_runtime)]
pub enum Kind {
    /// Whole.
    LongRead,
    /// A keyword.
    r#Box,
}

/// Alone: what else a field of this type needs is asked for where there is one.
#[expect(missing_debug_implementations, reason = "it is no field")]
#[derive(DbEnum)]
pub enum Size {
    /// Small.
    Small,
}

/// Without `Copy`, which no field needs.
#[derive(Debug, Clone, PartialEq, Eq, DbEnum)]
pub enum Place {
    /// Here.
    Here,
    /// There.
    There,
}

/// Has one.
#[resource(table = false)]
pub struct Thing {
    /// The key.
    pub id: i64,
    /// Where it is.
    pub place: Place,
}
