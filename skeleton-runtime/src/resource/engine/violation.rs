//! Broken constraints, told in the words of the wire.

use diesel::result::Error as DieselError;

use super::plan::quoted;
use crate::Error;
use crate::db::{Connection, Statement, Value};
use crate::error::{Code, Constraint, Fault, Violation};
use crate::resource::meta::{Meta, Reference};
use crate::resource::payload::Values;

const TAKEN: &str = "is taken";
const NO_SUCH_ROW: &str = "refers to a row that does not exist";

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
        Constraint::ForeignKey if violation.columns.is_empty() => {
            let faults = missing_references(connection, meta, values).await;
            Error::validation(faults).caused_by(error)
        }
        Constraint::ForeignKey => {
            Error::validation(faults(meta, &violation, "reference", NO_SUCH_ROW)).caused_by(error)
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

/// SQLite does not say which foreign key failed, so each reference of the write is looked up.
async fn missing_references(
    connection: &mut Connection,
    meta: &'static Meta,
    values: &Values,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, value) in values.iter().filter(|(_, value)| !value.is_null()) {
        let column = &meta.columns[*index];
        if let Some(reference) = column.references
            && !refers_to_a_row(connection, reference, value.clone()).await
        {
            faults.push(Fault::new(column.name, "reference", NO_SUCH_ROW));
        }
    }
    faults
}

async fn refers_to_a_row(connection: &mut Connection, reference: Reference, value: Value) -> bool {
    let target = (reference.target)();
    let text = format!(
        "SELECT 1 FROM {} WHERE {} = $1",
        quoted(target.table),
        quoted(target.id_column().column)
    );
    let rows = connection
        .fetch(Statement::with_binds(text, vec![value]), |_| Ok(()))
        .await;
    rows.is_ok_and(|rows| !rows.is_empty())
}
