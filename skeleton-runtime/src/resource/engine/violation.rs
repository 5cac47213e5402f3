//! Broken constraints, told in the words of the wire.

use diesel::result::Error as DieselError;

use diesel_async::TransactionManager as _;

use super::plan::quoted;
use crate::db::{AnyBackend, AnyTransactionManager, Connection, Row, Statement, Value};
use crate::error::{Code, Constraint, Fault, Violation};
use crate::resource::meta::{Meta, Reference};
use crate::resource::payload::Values;
use crate::{Error, Result};

const TAKEN: &str = "is taken";
/// What is said of a reference to a row that is not there.
pub(crate) const NO_SUCH_ROW: &str = "refers to a row that does not exist";

/// Runs an INSERT or UPDATE; where it breaks a constraint, the error names the fields that are to blame.
pub(super) async fn write<T, F>(
    connection: &mut Connection,
    meta: &'static Meta,
    values: &Values,
    statement: Statement,
    read: F,
) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: FnMut(&Row<'_>) -> diesel::deserialize::Result<T> + Send + 'static,
{
    let has_savepoint = needs_savepoint(connection, meta, values);
    if has_savepoint {
        AnyTransactionManager::begin_transaction(connection).await?;
    }
    match connection.fetch(statement, read).await {
        Ok(rows) => {
            if has_savepoint {
                AnyTransactionManager::commit_transaction(connection).await?;
            }
            Ok(rows)
        }
        Err(error) => {
            let error = if has_savepoint {
                connection.rolled_back(error).await
            } else {
                error
            };
            Err(explain_write(connection, meta, values, error).await)
        }
    }
}

/// PostgreSQL names one reference that fails and looks up no more in a transaction that failed; so where there may be
/// several, there must be a savepoint to go back to.
fn needs_savepoint(connection: &mut Connection, meta: &Meta, values: &Values) -> bool {
    let is_reference = |(index, value): &&(usize, Value)| {
        let column = &meta.columns[*index];
        column.references.is_some() && column.is_writable_once() && !value.is_null()
    };
    connection.backend() == AnyBackend::Postgres
        && values.iter().filter(is_reference).nth(1).is_some()
        && connection.is_in_transaction()
}

/// The error of an INSERT or UPDATE, with the fields that are to blame.
pub(super) async fn explain_write(
    connection: &mut Connection,
    meta: &'static Meta,
    values: &Values,
    error: DieselError,
) -> Error {
    let Some(violation) = Violation::of(&error) else {
        return error.into();
    };
    match violation.constraint {
        Constraint::Unique => {
            Error::conflict(faults(meta, &violation, "unique", TAKEN)).caused_by(error)
        }
        Constraint::ForeignKey => {
            let faults = match missing_references(connection, meta, values).await {
                Some(all) if !all.is_empty() => all,
                _ => faults(meta, &violation, "reference", NO_SUCH_ROW),
            };
            Error::validation(faults).caused_by(error)
        }
        Constraint::Check => error.into(),
    }
}

/// The error of a DELETE: of the constraints only a foreign key can break.
pub(super) fn explain_delete(error: DieselError) -> Error {
    match Violation::of(&error) {
        Some(violation) if violation.constraint == Constraint::ForeignKey => {
            Error::new(Code::InUse, "other rows refer to this one").caused_by(error)
        }
        _ => error.into(),
    }
}

/// Columns of the database by their names on the wire; what no answer shows is not named here either.
fn faults(
    meta: &Meta,
    violation: &Violation,
    code: &'static str,
    message: &'static str,
) -> Vec<Fault> {
    let columns = meta
        .columns
        .iter()
        .filter(|column| column.is_visible() || column.is_writable_once());
    columns
        .filter(|column| violation.columns.iter().any(|name| name == column.column))
        .map(|column| Fault::new(column.name, code, message))
        .collect()
}

/// SQLite does not say which foreign key failed, and PostgreSQL names the first, so each reference of the write is
/// looked up; `None` where that can't be done.
async fn missing_references(
    connection: &mut Connection,
    meta: &'static Meta,
    values: &Values,
) -> Option<Vec<Fault>> {
    let mut faults = Vec::new();
    for (index, value) in values.iter().filter(|(_, value)| !value.is_null()) {
        let column = &meta.columns[*index];
        if let Some(reference) = column.references
            && !refers_to_a_row(connection, reference, value.clone()).await?
        {
            faults.push(Fault::new(column.name, "reference", NO_SUCH_ROW));
        }
    }
    Some(faults)
}

async fn refers_to_a_row(
    connection: &mut Connection,
    reference: Reference,
    value: Value,
) -> Option<bool> {
    let target = (reference.target)();
    let text = format!(
        "SELECT 1 FROM {} WHERE {} = $1",
        quoted(target.table),
        quoted(target.id_column().column)
    );
    let rows = connection
        .fetch(Statement::with_binds(text, vec![value]), |_| Ok(()))
        .await;
    rows.ok().map(|rows| !rows.is_empty())
}
