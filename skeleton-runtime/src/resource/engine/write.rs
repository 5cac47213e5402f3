//! Inserts, updates and deletes: each one statement, with its row rule in the WHERE.

use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{SubsecRound, Utc};
use diesel::result::Error as DieselError;
use diesel_async::TransactionManager as _;
use uuid::Uuid;

use super::plan::quoted;
use super::read::by_id;
use super::violation::{explain_delete, explain_write, write};
use super::{Decode, Plan, Scope, Shape};
use crate::db::{AnyBackend, AnyTransactionManager, Connection, Kind, Row, Statement, Value};
use crate::error::Violation;
use crate::resource::meta::{Kept, Meta};
use crate::resource::payload::Values;
use crate::{Error, Result};

/// The number of parameters is a u16 in PostgreSQL's protocol.
const MOST_BINDS_POSTGRES: usize = 65_535;

/// SQLite looks each parameter up among those before it, so a text with twice as many takes four times as long to
/// prepare. One with these is prepared soon, and kept.
const MOST_BINDS_SQLITE: usize = 512;

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
    needs_owner(meta, caller)?;
    keep_at_insert(meta, &mut values, caller);
    let values = values.sorted();
    let returning = Plan::of(meta).columns(&decode.shape());
    let text = insert_text(meta, std::slice::from_ref(&values), &returning);
    let statement = Statement::with_binds(
        text,
        values.iter().map(|(_, value)| value.clone()).collect(),
    );
    let read = move |row: &Row<'_>| decode.decode(row);
    let mut rows = write(connection, meta, &values, statement, read).await?;
    rows.pop()
        .ok_or_else(|| Error::internal("an INSERT returned no row"))
}

/// Inserts rows in one statement, or as few as the number of values in one allows; in the order of the values.
///
/// Where a constraint is broken, all faults of that kind are told, each with the place of its row. It needs a
/// transaction around it.
pub(crate) async fn insert_many<D: Decode>(
    connection: &mut Connection,
    meta: &'static Meta,
    mut rows: Vec<Values>,
    caller: Option<Uuid>,
    decode: D,
) -> Result<Vec<D::Output>> {
    needs_owner(meta, caller)?;
    for values in &mut rows {
        keep_at_insert(meta, values, caller);
        *values = std::mem::take(values).sorted();
    }
    AnyTransactionManager::begin_transaction(connection).await?;
    match insert_chunks(connection, meta, &rows, decode).await {
        Ok(written) => {
            AnyTransactionManager::commit_transaction(connection).await?;
            Ok(written)
        }
        Err(error) => {
            let error = connection.rolled_back(error).await;
            Err(find_faults(connection, meta, &rows, error).await)
        }
    }
}

async fn insert_chunks<D: Decode>(
    connection: &mut Connection,
    meta: &'static Meta,
    rows: &[Values],
    decode: D,
) -> Result<Vec<D::Output>, DieselError> {
    let plan = Plan::of(meta);
    let shape = decode.shape();
    let returning = plan.columns(&shape);
    let id = plan.position(&shape, meta.id);
    let most = match connection.backend() {
        AnyBackend::Postgres => MOST_BINDS_POSTGRES,
        AnyBackend::Sqlite => MOST_BINDS_SQLITE,
    };
    let width = rows.first().map_or(0, |values| values.iter().count());
    // Rows without values are inserted one by one: `DEFAULT VALUES` makes one.
    let chunk = most.checked_div(width).unwrap_or(1).max(1);
    let mut written = Vec::with_capacity(rows.len());
    for chunk in rows.chunks(chunk) {
        let binds = chunk.iter().flat_map(Values::iter);
        let statement = Statement::with_binds(
            insert_text(meta, chunk, &returning),
            binds.map(|(_, value)| value.clone()).collect(),
        );
        let mut decode = decode.clone();
        let read = move |row: &Row<'_>| {
            let id = id.map(|id| order_of(row, id)).transpose()?;
            Ok((id.flatten(), decode.decode(row)?))
        };
        let mut inserted = connection.fetch(statement, read).await?;
        // No database promises an order; both kinds of ids ascend as the rows were given.
        inserted.sort_by_key(|(id, _)| *id);
        written.extend(inserted.into_iter().map(|(_, row)| row));
    }
    Ok(written)
}

/// An id as a number that orders as it does.
fn order_of(row: &Row<'_>, id: usize) -> diesel::deserialize::Result<Option<u128>> {
    let Some(mut raw) = row.raw(id)? else {
        return Ok(None);
    };
    Ok(match raw.as_uuid() {
        Ok(id) => Some(id.as_u128()),
        Err(_) => u128::try_from(raw.as_i64()?).ok(),
    })
}

/// Inserts row by row, to be rolled back, for the places of those that fail as the whole did.
async fn find_faults(
    connection: &mut Connection,
    meta: &'static Meta,
    rows: &[Values],
    whole: DieselError,
) -> Error {
    if Violation::of(&whole).is_none() {
        return whole.into();
    }
    let id = Shape::Only(Arc::from([meta.id]));
    let returning = Plan::of(meta).columns(&id);
    let mut found: Option<Error> = None;
    for (place, values) in rows.iter().enumerate() {
        if found.as_ref().is_some_and(Error::has_faults_enough) {
            break;
        }
        match insert_alone(connection, meta, values, &returning).await {
            Ok(()) => {}
            Err(error) => {
                let error = error.within(&format!("items.{place}"));
                found = Some(match found {
                    None => error,
                    Some(first) => first.and(error),
                });
            }
        }
    }
    found.unwrap_or_else(|| whole.into())
}

async fn insert_alone(
    connection: &mut Connection,
    meta: &'static Meta,
    values: &Values,
    returning: &str,
) -> Result<()> {
    AnyTransactionManager::begin_transaction(connection).await?;
    let binds = values.iter().map(|(_, value)| value.clone()).collect();
    let text = insert_text(meta, std::slice::from_ref(values), returning);
    let inserted = connection
        .fetch(Statement::with_binds(text, binds), |_| Ok(()))
        .await;
    match inserted {
        Ok(_) => Ok(AnyTransactionManager::commit_transaction(connection).await?),
        Err(error) => {
            let error = connection.rolled_back(error).await;
            Err(explain_write(connection, meta, values, error).await)
        }
    }
}

fn needs_owner(meta: &Meta, caller: Option<Uuid>) -> Result<()> {
    let owner = meta.kept(Kept::Owner);
    if caller.is_none() && owner.is_some_and(|owner| !meta.columns[owner].nullable) {
        return Err(Error::unauthenticated());
    }
    Ok(())
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

/// The rows have the same columns.
fn insert_text(meta: &Meta, rows: &[Values], returning: &str) -> String {
    let table = quoted(meta.table);
    let columns: Vec<_> = rows.iter().take(1).flat_map(Values::columns).collect();
    if columns.is_empty() {
        return format!("INSERT INTO {table} DEFAULT VALUES RETURNING {returning}");
    }
    let mut text = format!("INSERT INTO {table} (");
    for (position, column) in columns.iter().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}{}", quoted(meta.columns[*column].column));
    }
    text.push_str(") VALUES ");
    let mut number = 0;
    for row in 0..rows.len() {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for position in 0..columns.len() {
            let comma = if position == 0 { "" } else { ", " };
            number += 1;
            let _ = write!(text, "{comma}${number}");
        }
        text.push(')');
    }
    let _ = write!(text, " RETURNING {returning}");
    text
}

/// Updates a row; the values are not empty.
pub(crate) async fn update<D: Decode>(
    connection: &mut Connection,
    meta: &'static Meta,
    id: Value,
    values: Values,
    scope: Scope,
    decode: D,
) -> Result<Written<D::Output>> {
    set(connection, meta, id, values, scope, Life::Living, decode).await
}

/// Brings a row back that was deleted softly.
pub(crate) async fn restore<D: Decode>(
    connection: &mut Connection,
    meta: &'static Meta,
    id: Value,
    scope: Scope,
    decode: D,
) -> Result<Written<D::Output>> {
    let Some(deleted_at) = meta.deleted_at() else {
        return Ok(Written::NoRow);
    };
    let mut values = Values::default();
    values.set(deleted_at, Value::Null(Kind::Timestamp));
    set(connection, meta, id, values, scope, Life::Deleted, decode).await
}

/// Which rows a change means, where deleted ones stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Living,
    Deleted,
}

async fn set<D: Decode>(
    connection: &mut Connection,
    meta: &'static Meta,
    id: Value,
    values: Values,
    scope: Scope,
    life: Life,
    mut decode: D,
) -> Result<Written<D::Output>> {
    let mut values = values.sorted();
    if let Some(updated_at) = meta.kept(Kept::UpdatedAt) {
        values.set(updated_at, Value::Timestamp(Utc::now().trunc_subsecs(6)));
    }
    let returning = Plan::of(meta).columns(&decode.shape());
    let text = update_text(meta, &values, scope, life, &returning);
    let mut binds: Vec<_> = values.iter().map(|(_, value)| value.clone()).collect();
    binds.push(id);
    if let Scope::OwnedBy(owner) = scope {
        binds.push(Value::Uuid(owner));
    }
    let statement = Statement::with_binds(text, binds);
    let read = move |row: &Row<'_>| decode.decode(row);
    let mut rows = write(connection, meta, &values, statement, read).await?;
    Ok(rows.pop().map_or(Written::NoRow, Written::Done))
}

fn update_text(
    meta: &'static Meta,
    values: &Values,
    scope: Scope,
    life: Life,
    returning: &str,
) -> String {
    let mut text = format!("UPDATE {} SET ", quoted(meta.table));
    let mut number = 0;
    for column in values.columns() {
        let comma = if number == 0 { "" } else { ", " };
        number += 1;
        let column = quoted(meta.columns[column].column);
        let _ = write!(text, "{comma}{column} = ${number}");
    }
    if let Some(version) = meta.kept(Kept::Version) {
        let version = quoted(meta.columns[version].column);
        let _ = write!(text, ", {version} = {version} + 1");
    }
    number += 1;
    let id = quoted(meta.id_column().column);
    let _ = write!(text, " WHERE {id} = ${number}");
    if let Some(deleted_at) = meta.deleted_at() {
        let test = match life {
            Life::Living => "IS NULL",
            Life::Deleted => "IS NOT NULL",
        };
        let column = quoted(meta.columns[deleted_at].column);
        let _ = write!(text, " AND {column} {test}");
    }
    if scope != Scope::All {
        match Plan::of(meta).owner {
            Some(owner) => {
                let owner = quoted(meta.columns[owner].column);
                let _ = write!(text, " AND {owner} = ${}", number + 1);
            }
            // Without an owner field nobody owns a row.
            None => text.push_str(" AND 1 = 0"),
        }
    }
    let _ = write!(text, " RETURNING {returning}");
    text
}

/// Deletes a row, or marks it as deleted where such rows stay.
pub(crate) async fn delete(
    connection: &mut Connection,
    meta: &'static Meta,
    id: Value,
    scope: Scope,
) -> Result<Written<()>> {
    if let Some(deleted_at) = meta.deleted_at() {
        let mut values = Values::default();
        let now = Utc::now().trunc_subsecs(6);
        values.set(deleted_at, Value::Timestamp(now));
        return set(connection, meta, id, values, scope, Life::Living, Nothing).await;
    }
    let text = Plan::of(meta).delete[usize::from(scope != Scope::All)].as_str();
    match connection.execute(by_id(text, id, scope)).await {
        Ok(0) => Ok(Written::NoRow),
        Ok(_) => Ok(Written::Done(())),
        Err(error) => Err(explain_delete(error)),
    }
}

/// Reads nothing of a row but that it is there.
#[derive(Debug, Clone)]
struct Nothing;

impl Decode for Nothing {
    type Output = ();

    fn shape(&self) -> Shape {
        Shape::Only(Arc::from([0]))
    }

    fn decode(&mut self, _: &Row<'_>) -> diesel::deserialize::Result<()> {
        Ok(())
    }
}
