//! From the database's errors to ours.

use std::time::Duration;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

use super::{Code, Error, Fault};

/// A second is long enough for a pool to have a free connection, and short enough for a client to wait.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The kind of constraint that a statement broke.
///
/// ```
/// use skeleton_runtime::diesel::result::Error as DieselError;
/// use skeleton_runtime::error::{Constraint, Violation};
///
/// fn is_taken(error: &DieselError) -> bool {
///     Violation::of(error).is_some_and(|broken| broken.constraint == Constraint::Unique)
/// }
/// # assert!(!is_taken(&DieselError::NotFound));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    /// Another row has the value.
    Unique,
    /// A reference to a row that does not exist, or a delete of one that is referred to.
    ForeignKey,
    /// A CHECK or NOT NULL.
    Check,
}

/// A broken constraint, with the columns that the database named.
///
/// ```
/// use skeleton_runtime::diesel::result::Error as DieselError;
/// use skeleton_runtime::error::Violation;
///
/// /// The columns whose constraint a query of one's own broke.
/// fn at_fault(error: &DieselError) -> Vec<String> {
///     Violation::of(error).map_or_else(Vec::new, |broken| broken.columns)
/// }
/// # assert!(at_fault(&DieselError::NotFound).is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which kind of constraint.
    pub constraint: Constraint,
    /// The columns, where the database tells them: SQLite names none for a foreign key.
    pub columns: Vec<String>,
    /// Whether rows of another table refer to this one (PostgreSQL alone tells).
    pub still_referenced: bool,
}

impl Violation {
    /// Reads a violation from an error of Diesel.
    pub fn of(error: &DieselError) -> Option<Self> {
        let DieselError::DatabaseError(kind, information) = error else {
            return None;
        };
        let constraint = match kind {
            DatabaseErrorKind::UniqueViolation => Constraint::Unique,
            DatabaseErrorKind::ForeignKeyViolation => Constraint::ForeignKey,
            DatabaseErrorKind::CheckViolation | DatabaseErrorKind::NotNullViolation => {
                Constraint::Check
            }
            // SQLite carries ON DELETE RESTRICT out as a trigger, whose error Diesel does not know.
            DatabaseErrorKind::Unknown
                if information.message() == "FOREIGN KEY constraint failed" =>
            {
                Constraint::ForeignKey
            }
            _ => return None,
        };
        let still_referenced = information
            .details()
            .is_some_and(|detail| detail.contains("still referenced"));
        Some(Self {
            constraint,
            columns: columns(*kind, information.as_ref()),
            still_referenced,
        })
    }
}

/// PostgreSQL: `Key (slug)=(a) already exists.`; SQLite: `UNIQUE constraint failed: articles.slug, articles.lang`, but
/// `CHECK constraint failed: price > 0.5`.
fn columns(
    kind: DatabaseErrorKind,
    information: &(dyn DatabaseErrorInformation + Send + Sync),
) -> Vec<String> {
    if let Some(detail) = information.details()
        && let Some(inner) = detail
            .strip_prefix("Key (")
            .and_then(|rest| rest.split_once(")=("))
            .map(|(names, _)| names)
    {
        return inner
            .split(", ")
            .map(|name| name.trim_matches('"').to_owned())
            .collect();
    }
    if let Some(column) = information.column_name() {
        return vec![column.to_owned()];
    }
    if matches!(kind, DatabaseErrorKind::CheckViolation) {
        return Vec::new();
    }
    let Some((_, names)) = information.message().split_once("constraint failed: ") else {
        return Vec::new();
    };
    names
        .split(", ")
        .filter_map(|name| name.split_once('.'))
        .map(|(_, column)| column.to_owned())
        .collect()
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        let error = match own(error) {
            Ok(own) => return own,
            Err(error) => error,
        };
        if matches!(error, DieselError::NotFound) {
            return Self::not_found();
        }
        if let Some(violation) = Violation::of(&error) {
            return from_violation(&violation, error);
        }
        if is_unavailable(&error) {
            return Self::unavailable(RETRY_AFTER, error);
        }
        Self::internal(error)
    }
}

/// An error of ours that went through Diesel's hands: what the wait for the writer came to.
fn own(error: DieselError) -> Result<Error, DieselError> {
    let DieselError::QueryBuilderError(inner) = error else {
        return Err(error);
    };
    match inner.downcast() {
        Ok(own) => Ok(*own),
        Err(inner) => Err(DieselError::QueryBuilderError(inner)),
    }
}

fn from_violation(violation: &Violation, error: DieselError) -> Error {
    let faults = |code, message: &'static str| {
        violation
            .columns
            .iter()
            .map(|column| Fault::new(column.clone(), code, message))
            .collect()
    };
    match violation.constraint {
        Constraint::Unique => Error::conflict(faults("unique", "is taken")),
        Constraint::ForeignKey if violation.still_referenced => {
            Error::new(Code::InUse, "other rows refer to this one")
        }
        Constraint::ForeignKey => {
            Error::validation(faults("reference", "refers to a row that does not exist"))
        }
        Constraint::Check => Error::validation(faults("check", "breaks a rule of the database")),
    }
    .caused_by(error)
}

/// Whether the database did not take the statement at all, or may take it the next time.
fn is_unavailable(error: &DieselError) -> bool {
    matches!(
        error,
        DieselError::DatabaseError(
            DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                // Of two transactions in each other's way, one is to try again.
                | DatabaseErrorKind::SerializationFailure,
            _
        ) | DieselError::BrokenTransactionManager
    )
}
