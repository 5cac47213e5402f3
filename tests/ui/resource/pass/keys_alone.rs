//! Keys in their other forms.

use skeleton_runtime::prelude::*;

/// `table = false` beside a name, and only some of the operations.
#[resource(
    table = "old_logs",
    table = false,
    operations(list, get),
    page(max = 10)
)]
#[requires_role(public)]
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// The line.
    pub id: i64,
    /// Its text.
    pub line: String,
}

/// A table whose name is a keyword, and a private struct.
#[resource(table = "match", path = "/matches.v2")]
struct Match {
    id: Uuid,
    #[field(filter)]
    #[field(sort)]
    score: i32,
}

/// All fields kept by the runtime.
#[resource]
pub struct Visit {
    /// The visit.
    pub id: Uuid,
    /// When it was.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// How often it was changed.
    pub version: i32,
}

/// Names of kept fields with types that don't fit: fields like any other.
#[resource(sort = "created_at")]
pub struct Import {
    /// The import.
    pub id: Uuid,
    /// A text.
    #[field(sort, filter)]
    pub created_at: String,
    /// Another.
    pub version: Option<String>,
}

/// Within a function, too.
#[must_use]
pub fn local() -> &'static str {
    #[resource]
    struct Local {
        id: Uuid,
    }
    let _ = |local: Local, matched: Match| (local.id, matched.id, matched.score);
    Local::meta().name
}
