//! Locks of rows that are to be looked at and then written.

use std::sync::Arc;

use serde_json::Value as JsonValue;

use super::json::ItemWriter;
use super::read::by_id;
use super::{Decode, Plan, Scope, Shape, Tag, TagKey};
use crate::Result;
use crate::db::{AnyBackend, Connection, Kind, Row, Value};
use crate::resource::hooks::{AnyHooks, Erased};
use crate::resource::meta::Meta;

/// A row as it is while nobody else can write it.
#[derive(Debug)]
pub(crate) struct Current {
    /// Its tag.
    pub(crate) tag: Tag,
    /// What stands in the JSON columns.
    pub(crate) json: Vec<(usize, JsonValue)>,
    /// The row as its hooks know it.
    pub(crate) row: Option<Erased>,
}

/// What a row is locked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// Others may still refer to it.
    Change,
    /// Nobody may.
    Delete,
}

/// Locks a row to the end of the transaction; `None` where there is none within the scope.
pub(crate) async fn lock(
    connection: &mut Connection,
    meta: &'static Meta,
    id: Value,
    scope: Scope,
    (key, hold): (TagKey, Hold),
    hooks: Option<&'static dyn AnyHooks>,
) -> Result<Option<Current>> {
    let mut text = Plan::of(meta)
        .get(&Shape::All, scope != Scope::All)
        .into_owned();
    // SQLite's transaction has the only writer already.
    if connection.backend() == AnyBackend::Postgres {
        text.push_str(match hold {
            Hold::Change => " FOR NO KEY UPDATE",
            Hold::Delete => " FOR UPDATE",
        });
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
            row: hooks.map(|hooks| hooks.read(row)).transpose()?,
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
