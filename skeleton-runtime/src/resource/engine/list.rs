//! Pages of rows: filters, a sort that ends with the id, and a keyset to go on from.

use std::fmt::Write as _;
use std::sync::Arc;

use super::writer::{Filter, Writer};
use super::{Decode, Plan, Scope, Shape};
use crate::Result;
use crate::db::{AnyBackend, Db, Kind, RawColumn, Row, Statement, Value};
use crate::resource::meta::{Direction, Meta};

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
pub(crate) async fn list<D: Decode>(
    db: &Db,
    meta: &'static Meta,
    request: ListRequest,
    scope: Scope,
    mut decode: D,
) -> Result<Page<D::Output>> {
    let plan = Plan::of(meta);
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
    let statement = ListWriter(Writer::new(meta, db.backend())).list(&columns, request, scope);
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
    let mut rows = db.fetch(statement, decode_row).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last_mut().and_then(|(_, key)| key.take());
    Ok(Page {
        rows: rows.into_iter().map(|(row, _)| row).collect(),
        next: next.filter(|_| has_more),
    })
}

/// The number of rows, on all pages together.
pub(crate) async fn count(
    db: &Db,
    meta: &'static Meta,
    request: ListRequest,
    scope: Scope,
) -> Result<i64> {
    let mut writer = Writer::new(meta, db.backend());
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
    let counts = db.fetch(writer.finish(), read).await?;
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
struct ListWriter(Writer);

impl ListWriter {
    fn list(mut self, columns: &str, request: ListRequest, scope: Scope) -> Statement {
        let table = super::plan::quoted(self.0.meta.table);
        let _ = write!(self.0.text, "SELECT {columns} FROM {table}");
        self.0
            .conditions(request.filters, &request.words, &request.searched, scope);
        if let Some(after) = request.after {
            self.0.and();
            self.after(&request.order, after);
        }
        self.0.order_by(&request.order);
        self.limit(request.limit + 1);
        self.0.finish()
    }

    fn is_nullable(&self, column: usize) -> bool {
        self.0.meta.columns[column].nullable
    }

    /// The rows behind the key. One comparison of row values where that says the same, since an index serves it.
    fn after(&mut self, order: &[(usize, Direction)], after: Vec<Value>) {
        let is_plain = order
            .iter()
            .all(|(column, direction)| !self.is_nullable(*column) && *direction == order[0].1);
        if is_plain {
            self.after_plain(order, after);
        } else {
            self.after_each(order, &after);
        }
    }

    /// `("a", "id") > ($1, $2)`
    fn after_plain(&mut self, order: &[(usize, Direction)], after: Vec<Value>) {
        for (position, (column, _)) in order.iter().enumerate() {
            self.0.push(if position == 0 { "(" } else { ", " });
            self.0.column(*column);
        }
        self.0.push(if order[0].1 == Direction::Descending {
            ") < "
        } else {
            ") > "
        });
        for (position, value) in after.into_iter().enumerate() {
            self.0.push(if position == 0 { "(" } else { ", " });
            self.0.bind(value);
        }
        self.0.push(")");
    }

    /// `("a" > $1 OR ("a" = $1 AND ("b" < $2 OR …)))`, from the outermost key inwards.
    fn after_each(&mut self, order: &[(usize, Direction)], after: &[Value]) {
        let last = order.len() - 1;
        for (position, ((column, direction), value)) in order.iter().zip(after).enumerate() {
            self.0.push("(");
            self.beyond(*column, *direction, value);
            if position < last {
                self.0.push(" OR (");
                self.0.equals(*column, value.clone());
                self.0.push(" AND ");
            }
        }
        for position in 0..order.len() {
            self.0.push(if position < last { "))" } else { ")" });
        }
    }

    /// The rows whose column stands behind `value`, where NULL counts as the largest.
    fn beyond(&mut self, column: usize, direction: Direction, value: &Value) {
        let is_nullable = self.is_nullable(column);
        match (direction, value.is_null()) {
            (Direction::Ascending, true) => self.0.push("1 = 0"),
            (Direction::Descending, true) => {
                self.0.column(column);
                self.0.push(" IS NOT NULL");
            }
            (Direction::Ascending, false) => {
                self.0.column(column);
                self.0.push(" > ");
                self.0.bind(value.clone());
                if is_nullable {
                    self.0.push(" OR ");
                    self.0.column(column);
                    self.0.push(" IS NULL");
                }
            }
            (Direction::Descending, false) => {
                self.0.column(column);
                self.0.push(" < ");
                self.0.bind(value.clone());
            }
        }
    }

    fn limit(&mut self, limit: u32) {
        self.0.push(" LIMIT ");
        match self.0.backend {
            AnyBackend::Postgres => self.0.bind(Value::I64(i64::from(limit))),
            // SQLite prepares a statement anew at each new value of a bound LIMIT.
            AnyBackend::Sqlite => {
                let _ = write!(self.0.text, "{limit}");
            }
        }
    }
}
