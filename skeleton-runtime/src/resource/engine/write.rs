//! Inserts, updates and deletes: each one statement, with its row rule in the WHERE.

use std::fmt::Write as _;

use chrono::{SubsecRound, Utc};
use uuid::Uuid;

use super::plan::quoted;
use super::read::by_id;
use super::violation::{explain_delete, explain_write};
use super::{Decode, Plan, Scope};
use crate::db::{Connection, Kind, Statement, Value};
use crate::resource::meta::{Kept, Meta};
use crate::resource::payload::Values;
use crate::{Error, Result};

/// What became of a write by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written<T> {
    /// The row as it is now.
    Done(T),
    /// No such row within the scope.
    NoRow,
    /// The row is another than the client knows.
    Stale,
}

/// Inserts a row, with the fields that the runtime keeps.
pub(crate) async fn insert<D: Decode>(
    connection: &mut Connection,
    meta: &'static Meta,
    mut values: Values,
    caller: Option<Uuid>,
    mut decode: D,
) -> Result<D::Output> {
    let needs_owner = meta
        .kept(Kept::Owner)
        .is_some_and(|owner| !meta.columns[owner].nullable);
    if needs_owner && caller.is_none() {
        return Err(Error::unauthenticated());
    }
    keep_at_insert(meta, &mut values, caller);
    let values = values.sorted();
    let text = insert_text(meta, &values, &Plan::of(meta).columns(&decode.shape()));
    let statement = Statement::with_binds(
        text,
        values.iter().map(|(_, value)| value.clone()).collect(),
    );
    match connection
        .fetch(statement, move |row| decode.decode(row))
        .await
    {
        Ok(mut rows) => rows
            .pop()
            .ok_or_else(|| Error::internal("an INSERT returned no row")),
        Err(error) => Err(explain_write(connection, meta, &values, error).await),
    }
}

fn keep_at_insert(meta: &Meta, values: &mut Values, caller: Option<Uuid>) {
    let now = Utc::now().trunc_subsecs(6);
    for (index, column) in meta.columns.iter().enumerate() {
        let value = match column.kept {
            // The database numbers the others itself.
            Some(Kept::Id) if column.kind == Kind::Uuid => Value::Uuid(Uuid::now_v7()),
            Some(Kept::Owner) => caller.map_or(Value::Null(Kind::Uuid), Value::Uuid),
            Some(Kept::CreatedAt | Kept::UpdatedAt) => Value::Timestamp(now),
            Some(Kept::Version) if column.kind == Kind::I32 => Value::I32(1),
            Some(Kept::Version) => Value::I64(1),
            Some(Kept::Id | Kept::DeletedAt) | None => continue,
        };
        values.set(index, value);
    }
}

fn insert_text(meta: &Meta, values: &Values, returning: &str) -> String {
    let table = quoted(meta.table);
    if values.is_empty() {
        return format!("INSERT INTO {table} DEFAULT VALUES RETURNING {returning}");
    }
    let mut text = format!("INSERT INTO {table} (");
    for (position, column) in values.columns().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}{}", quoted(meta.columns[column].column));
    }
    text.push_str(") VALUES (");
    for number in 1..=values.iter().count() {
        let comma = if number == 1 { "" } else { ", " };
        let _ = write!(text, "{comma}${number}");
    }
    let _ = write!(text, ") RETURNING {returning}");
    text
}

/// Updates a row; the values are not empty.
pub(crate) async fn update<D: Decode>(
    connection: &mut Connection,
    meta: &'static Meta,
    id: Value,
    values: Values,
    scope: Scope,
    mut decode: D,
) -> Result<Written<D::Output>> {
    let plan = Plan::of(meta);
    let mut values = values.sorted();
    if let Some(updated_at) = meta.kept(Kept::UpdatedAt) {
        values.set(updated_at, Value::Timestamp(Utc::now().trunc_subsecs(6)));
    }
    let text = update_text(meta, plan, &values, scope, &plan.columns(&decode.shape()));
    let mut binds: Vec<_> = values.iter().map(|(_, value)| value.clone()).collect();
    binds.push(id);
    if let Scope::OwnedBy(owner) = scope {
        binds.push(Value::Uuid(owner));
    }
    match connection
        .fetch(Statement::with_binds(text, binds), move |row| {
            decode.decode(row)
        })
        .await
    {
        Ok(mut rows) => Ok(rows.pop().map_or(Written::NoRow, Written::Done)),
        Err(error) => Err(explain_write(connection, meta, &values, error).await),
    }
}

fn update_text(meta: &Meta, plan: &Plan, values: &Values, scope: Scope, returning: &str) -> String {
    let mut text = format!("UPDATE {} SET ", quoted(meta.table));
    let mut number = 0;
    for column in values.columns() {
        let comma = if number == 0 { "" } else { ", " };
        number += 1;
        let _ = write!(
            text,
            "{comma}{} = ${number}",
            quoted(meta.columns[column].column)
        );
    }
    if let Some(version) = meta.kept(Kept::Version) {
        let version = quoted(meta.columns[version].column);
        let _ = write!(text, ", {version} = {version} + 1");
    }
    number += 1;
    let _ = write!(
        text,
        " WHERE {} = ${number}",
        quoted(meta.id_column().column)
    );
    if scope != Scope::All {
        number += 1;
        match plan.owner {
            Some(owner) => {
                let _ = write!(
                    text,
                    " AND {} = ${number}",
                    quoted(meta.columns[owner].column)
                );
            }
            // Without an owner field nobody owns a row.
            None => text.push_str(" AND 1 = 0"),
        }
    }
    let _ = write!(text, " RETURNING {returning}");
    text
}

/// Deletes a row.
pub(crate) async fn delete(
    connection: &mut Connection,
    meta: &'static Meta,
    id: Value,
    scope: Scope,
) -> Result<Written<()>> {
    let text = Plan::of(meta).delete[usize::from(scope != Scope::All)].as_str();
    match connection.execute(by_id(text, id, scope)).await {
        Ok(0) => Ok(Written::NoRow),
        Ok(_) => Ok(Written::Done(())),
        Err(error) => Err(explain_delete(error)),
    }
}
