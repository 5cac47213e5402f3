//! Pages of rows: filters, a sort that ends with the id, and a keyset to go on from.

use std::fmt::Write as _;
use std::sync::Arc;

use super::keyset::Keyset;
use super::writer::{Filter, Writer};
use super::{Decode, Plan, Scope, Shape, Source};
use crate::Result;
use crate::db::{AnyBackend, Kind, RawColumn, Row, Statement, Value};
use crate::resource::meta::{Direction, Meta};

/// More parts of a keyset than any index serves: a SELECT for each would go through the whole table as many times.
const MOST_SELECTS: usize = 4;

/// What a list is asked for, checked.
#[derive(Debug, Clone, Default)]
pub(crate) struct ListRequest {
    /// All must hold.
    pub(crate) filters: Vec<Filter>,
    /// Folded words, each of which must be found.
    pub(crate) words: Vec<String>,
    /// The columns that words are looked for in.
    pub(crate) searched: Vec<usize>,
    /// The order; ends with the id.
    pub(crate) order: Vec<(usize, Direction)>,
    /// The values of `order` in the last row of the page before.
    pub(crate) after: Option<Vec<Value>>,
    /// The number of rows.
    pub(crate) limit: u32,
}

/// One page.
#[derive(Debug)]
pub(crate) struct Page<T> {
    /// The rows.
    pub(crate) rows: Vec<T>,
    /// Where the next page goes on, if there is one.
    pub(crate) next: Option<Vec<Value>>,
}

/// The order of a list: what was asked for, then the id, in the direction of the last key so that one index serves.
pub(crate) fn order(meta: &Meta, sort: &[(usize, Direction)]) -> Vec<(usize, Direction)> {
    let mut order: Vec<_> = sort.to_vec();
    if !order.iter().any(|(column, _)| *column == meta.id) {
        let direction = order
            .last()
            .map_or(Direction::Ascending, |(_, direction)| *direction);
        order.push((meta.id, direction));
    }
    order
}

/// Reads one page.
pub(crate) async fn list<'a, D: Decode>(
    source: impl Into<Source<'a>>,
    meta: &'static Meta,
    request: ListRequest,
    scope: Scope,
    mut decode: D,
) -> Result<Page<D::Output>> {
    let (plan, source) = (Plan::of(meta), source.into());
    let limit = request.limit as usize;
    let shape = with_keys(plan, decode.shape(), &request.order);
    let keys: Vec<_> = request
        .order
        .iter()
        .filter_map(|(column, _)| {
            Some((plan.position(&shape, *column)?, meta.columns[*column].kind))
        })
        .collect();
    let columns = plan.columns(&shape);
    let statement = statement(meta, source.backend(), &columns, request, scope);
    let mut row_number = 0;
    let decode_row = move |row: &Row<'_>| {
        row_number += 1;
        let decoded = decode.decode(row)?;
        // Only the last row of the page says where the next one begins.
        let key = if row_number == limit {
            Some(key_values(row, &keys)?)
        } else {
            None
        };
        Ok((decoded, key))
    };
    let mut rows = source.fetch(statement, decode_row).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last_mut().and_then(|(_, key)| key.take());
    Ok(Page {
        rows: rows.into_iter().map(|(row, _)| row).collect(),
        next: next.filter(|_| has_more),
    })
}

/// The statement of a page, which gives these columns.
pub(crate) fn statement(
    meta: &'static Meta,
    backend: AnyBackend,
    columns: &str,
    request: ListRequest,
    scope: Scope,
) -> Statement {
    let mut writer = Writer::new(meta, backend);
    let table = super::plan::quoted(meta.table);
    let _ = write!(writer.text, "SELECT {columns} FROM {table}");
    writer.conditions(request.filters, &request.words, &request.searched, scope);
    ListWriter::new(writer, request.order, request.limit).finish(request.after)
}

/// The statement of a page of all rows, with all that anybody may see.
#[cfg(feature = "test-util")]
pub(crate) fn page(meta: &'static Meta, backend: AnyBackend, request: ListRequest) -> Statement {
    let plan = Plan::of(meta);
    let shape = with_keys(plan, Shape::Only(plan.visible.clone()), &request.order);
    statement(meta, backend, &plan.columns(&shape), request, Scope::All)
}

/// The number of rows, on all pages together.
pub(crate) async fn count<'a>(
    source: impl Into<Source<'a>>,
    meta: &'static Meta,
    request: ListRequest,
    scope: Scope,
) -> Result<i64> {
    let source = source.into();
    let mut writer = Writer::new(meta, source.backend());
    let _ = write!(
        writer.text,
        "SELECT count(*) FROM {}",
        super::plan::quoted(meta.table)
    );
    writer.conditions(request.filters, &request.words, &request.searched, scope);
    let read = |row: &Row<'_>| match row.raw(0)? {
        Some(mut count) => count.as_i64(),
        None => Ok(0),
    };
    let counts = source.fetch(writer.finish(), read).await?;
    Ok(counts.first().copied().unwrap_or_default())
}

/// The columns that are decoded, and behind them those of the order, which the cursor is made of.
fn with_keys(plan: &Plan, shape: Shape, order: &[(usize, Direction)]) -> Shape {
    let missing = order.iter().map(|(column, _)| *column);
    let missing: Vec<_> = missing
        .filter(|column| plan.position(&shape, *column).is_none())
        .collect();
    if missing.is_empty() {
        return shape;
    }
    let mut columns = plan.indexes(&shape).to_vec();
    columns.extend(missing);
    Shape::Only(Arc::from(columns))
}

fn key_values(row: &Row<'_>, keys: &[(usize, Kind)]) -> diesel::deserialize::Result<Vec<Value>> {
    keys.iter()
        .map(|(position, kind)| read_value(*kind, row.raw(*position)?))
        .collect()
}

fn read_value(kind: Kind, raw: Option<RawColumn<'_>>) -> diesel::deserialize::Result<Value> {
    let Some(mut raw) = raw else {
        return Ok(Value::Null(kind));
    };
    Ok(match kind {
        Kind::Bool => Value::Bool(raw.as_bool()?),
        Kind::I16 => Value::I16(raw.as_i16()?),
        Kind::I32 => Value::I32(raw.as_i32()?),
        Kind::I64 => Value::I64(raw.as_i64()?),
        Kind::F32 => Value::F32(raw.as_f32()?),
        Kind::F64 => Value::F64(raw.as_f64()?),
        Kind::Text => Value::Text(raw.as_str()?.to_owned()),
        Kind::Bytes => Value::Bytes(raw.as_bytes()?.to_vec()),
        Kind::Uuid => Value::Uuid(raw.as_uuid()?),
        Kind::Timestamp => Value::Timestamp(raw.as_timestamp()?),
        Kind::Date => Value::Date(raw.as_date()?),
        Kind::Time => Value::Time(raw.as_time()?),
        Kind::Json => Value::Json(serde_json::from_str(raw.as_json()?)?),
        Kind::Decimal => Value::Decimal(raw.as_decimal()?),
        Kind::TextArray => Value::TextArray(raw.as_text_array()?),
    })
}

/// Writes the statement of a list.
struct ListWriter {
    writer: Writer,
    order: Vec<(usize, Direction)>,
    /// One row more than the page has tells that there is another page.
    limit: i64,
    /// The placeholder of the limit, once it was named.
    limit_bound: Option<usize>,
}

impl ListWriter {
    fn new(writer: Writer, order: Vec<(usize, Direction)>, limit: u32) -> Self {
        Self {
            writer,
            order,
            limit: i64::from(limit) + 1,
            limit_bound: None,
        }
    }

    /// The statement whose SELECT and conditions are written.
    fn finish(mut self, after: Option<Vec<Value>>) -> Statement {
        if let Some(after) = after {
            self.after(after);
        }
        self.order_by();
        self.limit();
        self.writer.finish()
    }

    fn after(&mut self, after: Vec<Value>) {
        let keyset = Keyset::new(self.order.clone(), after, |column| {
            self.writer.is_nullable(column)
        });
        if keyset.parts() > 1 && keyset.parts() <= MOST_SELECTS {
            self.merged(keyset);
        } else {
            self.writer.and();
            keyset.any(&mut self.writer);
        }
    }

    /// A SELECT for each part, which the database merges.
    fn merged(&mut self, mut keyset: Keyset) {
        let is_postgres = self.writer.backend == AnyBackend::Postgres;
        self.writer.and();
        let select = std::mem::take(&mut self.writer.text);
        for part in 0..keyset.parts() {
            self.writer.push(if part == 0 { "" } else { " UNION ALL " });
            self.writer.push(if is_postgres { "(" } else { "" });
            self.writer.push(&select);
            keyset.part(&mut self.writer, part);
            // SQLite hands the order and the limit on to the parts by itself, and allows none there.
            if is_postgres {
                self.order_by();
                self.limit();
                self.writer.push(")");
            }
        }
    }

    fn order_by(&mut self) {
        self.writer.order_by(&self.order);
    }

    fn limit(&mut self) {
        let writer = &mut self.writer;
        writer.push(" LIMIT ");
        match (writer.backend, self.limit_bound) {
            (AnyBackend::Postgres, Some(bound)) => writer.bind_again(bound),
            (AnyBackend::Postgres, None) => {
                self.limit_bound = Some(writer.bind(Value::I64(self.limit)));
            }
            // SQLite prepares a statement anew at each new value of a bound LIMIT.
            (AnyBackend::Sqlite, _) => {
                let _ = write!(writer.text, "{}", self.limit);
            }
        }
    }
}
