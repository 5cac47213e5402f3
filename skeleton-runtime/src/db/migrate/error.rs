//! What can go wrong with migrations.

use std::fmt::Write as _;

use diesel::result::Error as DieselError;

use crate::Error;

/// Why migrations were not applied, reverted or listed. Those before the one that failed stay applied.
#[derive(Debug)]
pub enum MigrateError {
    /// The database could not be reached, or refused to answer.
    Database(Error),
    /// A migration failed; with its name, and why.
    Failed {
        /// The name of its folder.
        migration: String,
        /// What the database said, with the line of the SQL where it is known.
        reason: String,
    },
    /// The lock against other instances could not be had.
    Lock(std::io::Error),
    /// Two migrations have the same version.
    SameVersion(String, String),
    /// The embedded migrations could not be read.
    Unreadable(String),
    /// To be reverted, but it has no `down.sql`.
    NoDown(String),
    /// To be reverted, but this program does not have it.
    Unknown(String),
}

impl MigrateError {
    /// Whether the database is out of reach: it may go well later.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_unavailable())
    }

    /// Outside a transaction, with `done` of `count` statements done.
    pub(super) fn failed_at(
        migration: &str,
        statement: &str,
        error: &DieselError,
        done: usize,
        count: usize,
    ) -> Self {
        let first = statement
            .lines()
            .find(|line| !line.trim_start().starts_with("--"));
        Self::Failed {
            migration: migration.to_owned(),
            reason: format!(
                "statement {} of {count}, `{}`: {}\n  It runs outside a transaction: the {done} before it stay \
                 done, and the next run begins with the first of them again.",
                done + 1,
                first.unwrap_or_default().trim_end_matches(';'),
                reason(statement, error)
            ),
        }
    }

    pub(super) fn failed(migration: &str, sql: &str, error: &DieselError) -> Self {
        Self::Failed {
            migration: migration.to_owned(),
            reason: reason(sql, error),
        }
    }
}

impl std::fmt::Display for MigrateError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(error) => {
                write!(formatter, "migrations: ")?;
                let cause = std::error::Error::source(error).map(ToString::to_string);
                formatter.write_str(&cause.unwrap_or_else(|| error.to_string()))
            }
            Self::Failed { migration, reason } => {
                write!(formatter, "migration `{migration}` failed: {reason}")
            }
            Self::Lock(error) => write!(formatter, "migrations: the lock file: {error}"),
            Self::SameVersion(first, second) => write!(
                formatter,
                "migrations `{first}` and `{second}` have the same version; rename one of them"
            ),
            Self::Unreadable(reason) => write!(formatter, "migrations: {reason}"),
            Self::NoDown(name) => {
                write!(
                    formatter,
                    "migration `{name}` cannot be reverted: it has no `down.sql`"
                )
            }
            Self::Unknown(version) => write!(
                formatter,
                "the migration with version {version} was applied by another program; this one \
                 does not have it, and cannot revert it"
            ),
        }
    }
}

impl std::error::Error for MigrateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            Self::Lock(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Error> for MigrateError {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<DieselError> for MigrateError {
    fn from(error: DieselError) -> Self {
        Self::Database(error.into())
    }
}

/// 503 where the database is out of reach, else 500.
impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Database(error) => error,
            other => Self::internal(other),
        }
    }
}

/// All that the database said. Migrations hold no secrets of users.
fn reason(sql: &str, error: &DieselError) -> String {
    let DieselError::DatabaseError(_, information) = error else {
        return error.to_string();
    };
    let mut text = information.message().to_owned();
    if let Some(position) = information
        .statement_position()
        .and_then(|at| usize::try_from(at).ok())
    {
        let before = sql.chars().take(position.saturating_sub(1));
        let line = 1 + before.filter(|character| *character == '\n').count();
        // Writing to a `String` cannot fail.
        let _ = write!(text, " (line {line})");
    }
    for more in [information.details(), information.hint()]
        .into_iter()
        .flatten()
    {
        text.push_str("; ");
        text.push_str(more);
    }
    text
}
