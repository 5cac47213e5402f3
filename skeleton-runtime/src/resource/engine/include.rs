//! Rows of other resources embedded into rows: one query for each relation, whatever the number of rows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::to_writer;
use uuid::Uuid;

use super::include_query::IncludeWriter;
use super::{Decode, RowWriter, Scope, Shape};
use crate::db::{Db, Kind, RawColumn, Row, Value};
use crate::error::Fault;
use crate::resource::meta::Meta;
use crate::resource::relation::{Include, Link};
use crate::{Error, Result};

/// More embedded rows in one answer, copies counted, would take memory out of proportion to the request.
const MOST_ROWS: usize = 50_000;

/// More keys in one statement than SQLite has places for, once they are filled up to a power of two.
const MOST_KEYS: usize = 16_384;

/// A relation to embed, as the caller may read it.
#[derive(Debug, Clone)]
pub(crate) struct Embed {
    /// Where its rows are found.
    pub(crate) include: Include,
    /// Where it stands among the relations of its resource: the order in answers.
    pub(crate) position: usize,
    /// The columns of the target that the caller may read.
    pub(crate) shown: Arc<[usize]>,
    /// The rows of the target that the caller may read.
    pub(crate) scope: Scope,
    /// The rows of what joins the two that the caller may read.
    pub(crate) join_scope: Scope,
    /// What is embedded into the target's rows.
    pub(crate) children: Vec<Self>,
}

/// A primary key, or a foreign one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Uuid(Uuid),
    I64(i64),
}

impl Key {
    fn read(kind: Kind, raw: Option<RawColumn<'_>>) -> diesel::deserialize::Result<Option<Self>> {
        let Some(mut raw) = raw else { return Ok(None) };
        Ok(Some(match kind {
            Kind::Uuid => Self::Uuid(raw.as_uuid()?),
            Kind::I64 => Self::I64(raw.as_i64()?),
            _ => return Err("a key that is neither a UUID nor an i64".into()),
        }))
    }

    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Uuid(id) => Value::Uuid(id),
            Self::I64(id) => Value::I64(id),
        }
    }
}

/// A row as JSON, with the keys that rows are embedded by.
#[derive(Debug)]
pub(crate) struct Linked {
    pub(crate) json: Vec<u8>,
    /// One for each relation to embed, in their order.
    keys: Vec<Option<Key>>,
    /// How many rows are embedded, at any depth.
    embedded: usize,
}

impl Linked {
    /// Puts rows behind the fields, as `"author":{…}` or `"comments":[…]`.
    fn splice(&mut self, include: &Include, found: &[Self]) -> Result<()> {
        let out = &mut self.json;
        // The brace that ends the object.
        out.pop();
        out.push(b',');
        to_writer(&mut *out, include.name).map_err(Error::internal)?;
        out.push(b':');
        if include.is_many() {
            out.push(b'[');
            for (position, row) in found.iter().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(&row.json);
            }
            out.push(b']');
        } else {
            out.extend_from_slice(found.first().map_or(b"null", |row| &row.json));
        }
        out.push(b'}');
        Ok(())
    }
}

/// Writes rows with the keys of what is embedded into them; keys that are not shown are read all the same.
#[derive(Debug, Clone)]
pub(crate) struct LinkWriter {
    row: RowWriter,
    columns: Arc<[usize]>,
    /// Where the key of each relation stands among the columns.
    keys: Arc<[(usize, Kind)]>,
}

impl LinkWriter {
    /// A writer of these columns, by index.
    pub(crate) fn new(meta: &'static Meta, shown: Arc<[usize]>, embeds: &[Embed]) -> Self {
        let mut columns = shown.to_vec();
        let mut keys = Vec::with_capacity(embeds.len());
        for embed in embeds {
            let key = match embed.include.link {
                Link::BelongsTo { key } => key,
                Link::HasMany { .. } | Link::Through { .. } => meta.id,
            };
            let known = columns.iter().position(|column| *column == key);
            let position = known.unwrap_or_else(|| {
                columns.push(key);
                columns.len() - 1
            });
            keys.push((position, meta.columns[key].kind));
        }
        Self {
            columns: if columns.len() == shown.len() {
                shown.clone()
            } else {
                columns.into()
            },
            row: RowWriter::new(meta, shown),
            keys: keys.into(),
        }
    }
}

impl Decode for LinkWriter {
    type Output = Linked;

    fn shape(&self) -> Shape {
        Shape::Only(self.columns.clone())
    }

    fn decode(&mut self, row: &Row<'_>) -> diesel::deserialize::Result<Linked> {
        let keys = self.keys.iter();
        Ok(Linked {
            json: self.row.decode(row)?,
            keys: keys
                .map(|(position, kind)| Key::read(*kind, row.raw(*position)?))
                .collect::<diesel::deserialize::Result<_>>()?,
            embedded: 0,
        })
    }
}

/// Embeds into `rows`, which were read with the keys of `embeds`.
///
/// # Errors
///
/// 400 `invalid_query` where that would be too many rows.
pub(crate) fn embed<'a>(
    db: &'a Db,
    embeds: &'a [Embed],
    rows: &'a mut [Linked],
) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for (index, relation) in embeds.iter().enumerate() {
            let found = related(db, relation, distinct(rows, index)?).await?;
            let of = |row: &Linked| row.keys[index].and_then(|key| found.get(&key));
            for row in &mut *rows {
                let added = of(row).into_iter().flatten();
                row.embedded += added.map(|row| 1 + row.embedded).sum::<usize>();
            }
            if rows.iter().map(|row| row.embedded).sum::<usize>() > MOST_ROWS {
                return Err(too_many());
            }
            for row in &mut *rows {
                let found = of(row).map_or(&[][..], Vec::as_slice);
                row.splice(&relation.include, found)?;
            }
        }
        Ok(())
    })
}

fn too_many() -> Error {
    let message =
        format!("embeds more than {MOST_ROWS} rows; ask for fewer rows or fewer includes");
    Error::invalid_query(vec![Fault::new("include", "range", message)])
}

/// The keys of the relation at `index`, each once.
fn distinct(rows: &[Linked], index: usize) -> Result<Vec<Key>> {
    let mut seen = HashSet::new();
    let keys = rows.iter().filter_map(|row| row.keys[index]);
    let keys: Vec<_> = keys.filter(|key| seen.insert(*key)).collect();
    if keys.len() > MOST_KEYS {
        return Err(too_many());
    }
    Ok(keys)
}

/// The rows of a relation by the key that leads to them, with what is embedded into them.
async fn related(db: &Db, relation: &Embed, keys: Vec<Key>) -> Result<HashMap<Key, Vec<Linked>>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let target = relation.include.target;
    let mut writer = LinkWriter::new(target, relation.shown.clone(), &relation.children);
    let (kind, behind) = (key_kind(&relation.include), writer.columns.len());
    let statement =
        IncludeWriter::new(relation, &writer.shape(), db.backend()).write(keys, MOST_ROWS + 1);
    let read = move |row: &Row<'_>| {
        let key = Key::read(kind, row.raw(behind)?)?.ok_or("a row without its key")?;
        Ok((key, writer.decode(row)?))
    };
    let (keys, mut rows): (Vec<_>, Vec<_>) = db.fetch(statement, read).await?.into_iter().unzip();
    if rows.len() > MOST_ROWS {
        return Err(too_many());
    }
    embed(db, &relation.children, &mut rows).await?;
    let mut found: HashMap<Key, Vec<Linked>> = HashMap::new();
    for (key, row) in keys.into_iter().zip(rows) {
        found.entry(key).or_default().push(row);
    }
    Ok(found)
}

/// The kind of the column that has the key in what is read.
fn key_kind(include: &Include) -> Kind {
    let target = include.target;
    match include.link {
        Link::BelongsTo { .. } => target.id_column().kind,
        Link::HasMany { key } => target.columns[key].kind,
        Link::Through { join, ours, .. } => join.columns[ours].kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(keys: impl Iterator<Item = i64>) -> Vec<Linked> {
        let row = |key| Linked {
            json: Vec::new(),
            keys: vec![Some(Key::I64(key))],
            embedded: 0,
        };
        keys.map(row).collect()
    }

    #[test]
    fn keys_are_looked_up_once_and_not_without_end() {
        let twice = rows([7, 8, 7].into_iter());
        assert_eq!(distinct(&twice, 0).unwrap(), [Key::I64(7), Key::I64(8)]);
        let most = i64::try_from(MOST_KEYS).unwrap();
        assert!(distinct(&rows(0..most), 0).is_ok());
        assert!(distinct(&rows(0..=most), 0).is_err());
    }
}
