//! Writes that look at the row first: `If-Match`, and Merge Patch into JSON columns.
//!
//! The row is locked, looked at and written in one transaction, so of any number of writers with one tag exactly one
//! wins.

use std::sync::Arc;

use serde_json::Value as JsonValue;

use super::json::{Item, ItemWriter};
use super::read::by_id;
use super::write::{delete, update};
use super::{Decode, Plan, Scope, Shape, Tag, TagKey, Written};
use crate::Result;
use crate::db::{AnyBackend, Connection, Db, Kind, Row, Value};
use crate::resource::meta::Meta;
use crate::resource::payload::Values;

/// Updates a row if its tag is as `if_match` says; objects for JSON columns are merged into what is there.
pub(crate) async fn update_if(
    db: &Db,
    meta: &'static Meta,
    id: Value,
    mut values: Values,
    scope: Scope,
    if_match: Option<&str>,
    writer: ItemWriter,
) -> Result<Written<Item>> {
    db.transaction(async |connection: &mut Connection| {
        let key = writer.key().clone();
        let Some(current) = lock(connection, meta, id.clone(), scope, key).await? else {
            return Ok(Written::NoRow);
        };
        if if_match.is_some_and(|if_match| !current.tag.satisfies(if_match)) {
            return Ok(Written::Stale);
        }
        for (column, stored) in current.json {
            values.merge(column, stored);
        }
        update(connection, meta, id, values, scope, writer).await
    })
    .await
}

/// Deletes a row if its tag is as `if_match` says.
pub(crate) async fn delete_if(
    db: &Db,
    meta: &'static Meta,
    id: Value,
    scope: Scope,
    if_match: &str,
    key: TagKey,
) -> Result<Written<()>> {
    db.transaction(async |connection: &mut Connection| {
        match lock(connection, meta, id.clone(), scope, key).await? {
            None => Ok(Written::NoRow),
            Some(current) if !current.tag.satisfies(if_match) => Ok(Written::Stale),
            Some(_) => delete(connection, meta, id, scope).await,
        }
    })
    .await
}

/// A row as it is while nobody else can write it.
struct Current {
    tag: Tag,
    /// What stands in the JSON columns.
    json: Vec<(usize, JsonValue)>,
}

async fn lock(
    connection: &mut Connection,
    meta: &'static Meta,
    id: Value,
    scope: Scope,
    key: TagKey,
) -> Result<Option<Current>> {
    let mut text = Plan::of(meta)
        .get(&Shape::All, scope != Scope::All)
        .into_owned();
    // SQLite's transaction has the only writer already.
    if connection.backend() == AnyBackend::Postgres {
        text.push_str(" FOR UPDATE");
    }
    let mut writer = ItemWriter::new(meta, Arc::from([]), key);
    let read = move |row: &Row<'_>| {
        let tag = writer.decode(row)?.tag;
        let json = meta
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.kind == Kind::Json);
        let json = json.map(|(index, _)| Ok((index, json_at(row, index)?)));
        Ok(Current {
            tag,
            json: json.collect::<diesel::deserialize::Result<_>>()?,
        })
    };
    let mut rows = connection.fetch(by_id(text, id, scope), read).await?;
    Ok(rows.pop())
}

fn json_at(row: &Row<'_>, index: usize) -> diesel::deserialize::Result<JsonValue> {
    match row.raw(index)? {
        Some(mut raw) => Ok(serde_json::from_str(raw.as_json()?)?),
        None => Ok(JsonValue::Null),
    }
}
