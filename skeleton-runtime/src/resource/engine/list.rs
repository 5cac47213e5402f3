//! Pages of rows: equality filters, a sort that ends with the id, and a keyset to go on from.

use std::fmt::Write as _;

use super::plan::quoted;
use super::{Decode, Plan, Scope};
use crate::Result;
use crate::db::{AnyBackend, Db, Kind, RawColumn, Row, Statement, Value};
use crate::resource::meta::{Direction, Meta};

/// What a list is asked for, checked.
#[derive(Debug, Clone)]
pub(crate) struct ListRequest {
    /// Columns and the values that they equal.
    pub(crate) filters: Vec<(usize, Value)>,
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
    let keys: Vec<_> = request
        .order
        .iter()
        .filter_map(|(column, _)| {
            Some((
                plan.position(D::SHAPE, *column)?,
                meta.columns[*column].kind,
            ))
        })
        .collect();
    let statement =
        Writer::new(meta, plan, db.backend()).list(plan.columns(D::SHAPE), request, scope);
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
    let next = rows
        .last_mut()
        .and_then(|(_, key)| key.take())
        .filter(|_| has_more);
    Ok(Page {
        rows: rows.into_iter().map(|(row, _)| row).collect(),
        next,
    })
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
struct Writer {
    meta: &'static Meta,
    plan: &'static Plan,
    backend: AnyBackend,
    text: String,
    binds: Vec<Value>,
    has_where: bool,
}

impl Writer {
    fn new(meta: &'static Meta, plan: &'static Plan, backend: AnyBackend) -> Self {
        Self {
            meta,
            plan,
            backend,
            text: String::with_capacity(512),
            binds: Vec::new(),
            has_where: false,
        }
    }

    fn list(mut self, columns: &str, request: ListRequest, scope: Scope) -> Statement {
        let _ = write!(
            self.text,
            "SELECT {columns} FROM {}",
            quoted(self.meta.table)
        );
        for (column, value) in request.filters {
            self.and();
            self.equals(column, value);
        }
        if let Scope::OwnedBy(owner) = scope {
            self.and();
            match self.plan.owner {
                Some(column) => self.equals(column, Value::Uuid(owner)),
                // Without an owner field nobody owns a row.
                None => self.text.push_str("1 = 0"),
            }
        }
        if let Some(after) = request.after {
            self.and();
            self.after(&request.order, after);
        }
        self.order_by(&request.order);
        self.limit(request.limit + 1);
        Statement::with_binds(self.text, self.binds)
    }

    fn and(&mut self) {
        self.text
            .push_str(if self.has_where { " AND " } else { " WHERE " });
        self.has_where = true;
    }

    fn column(&mut self, column: usize) {
        self.text
            .push_str(&quoted(self.meta.columns[column].column));
    }

    fn bind(&mut self, value: Value) {
        self.binds.push(value);
        let _ = write!(self.text, "${}", self.binds.len());
    }

    fn equals(&mut self, column: usize, value: Value) {
        self.column(column);
        if value.is_null() {
            self.text.push_str(" IS NULL");
        } else {
            self.text.push_str(" = ");
            self.bind(value);
        }
    }

    /// The rows behind the key. One comparison of row values where that says the same, since an index serves it.
    fn after(&mut self, order: &[(usize, Direction)], after: Vec<Value>) {
        let is_plain = order.iter().all(|(column, direction)| {
            !self.meta.columns[*column].nullable && *direction == order[0].1
        });
        if is_plain {
            self.after_plain(order, after);
        } else {
            self.after_each(order, &after);
        }
    }

    /// `("a", "id") > ($1, $2)`
    fn after_plain(&mut self, order: &[(usize, Direction)], after: Vec<Value>) {
        for (position, (column, _)) in order.iter().enumerate() {
            self.text.push_str(if position == 0 { "(" } else { ", " });
            self.column(*column);
        }
        self.text.push_str(if order[0].1 == Direction::Descending {
            ") < "
        } else {
            ") > "
        });
        for (position, value) in after.into_iter().enumerate() {
            self.text.push_str(if position == 0 { "(" } else { ", " });
            self.bind(value);
        }
        self.text.push(')');
    }

    /// `("a" > $1 OR ("a" = $1 AND ("b" < $2 OR …)))`, from the outermost key inwards.
    fn after_each(&mut self, order: &[(usize, Direction)], after: &[Value]) {
        let last = order.len() - 1;
        for (position, ((column, direction), value)) in order.iter().zip(after).enumerate() {
            self.text.push('(');
            self.beyond(*column, *direction, value);
            if position < last {
                self.text.push_str(" OR (");
                self.equals(*column, value.clone());
                self.text.push_str(" AND ");
            }
        }
        for position in 0..order.len() {
            self.text.push_str(if position < last { "))" } else { ")" });
        }
    }

    /// The rows whose column stands behind `value`, where NULL counts as the largest.
    fn beyond(&mut self, column: usize, direction: Direction, value: &Value) {
        let is_nullable = self.meta.columns[column].nullable;
        match (direction, value.is_null()) {
            (Direction::Ascending, true) => self.text.push_str("1 = 0"),
            (Direction::Descending, true) => {
                self.column(column);
                self.text.push_str(" IS NOT NULL");
            }
            (Direction::Ascending, false) => {
                self.column(column);
                self.text.push_str(" > ");
                self.bind(value.clone());
                if is_nullable {
                    self.text.push_str(" OR ");
                    self.column(column);
                    self.text.push_str(" IS NULL");
                }
            }
            (Direction::Descending, false) => {
                self.column(column);
                self.text.push_str(" < ");
                self.bind(value.clone());
            }
        }
    }

    fn order_by(&mut self, order: &[(usize, Direction)]) {
        for (position, (column, direction)) in order.iter().enumerate() {
            self.text
                .push_str(if position == 0 { " ORDER BY " } else { ", " });
            self.column(*column);
            // PostgreSQL counts NULL as the largest by itself, SQLite as the smallest.
            let nulls = self.backend == AnyBackend::Sqlite && self.meta.columns[*column].nullable;
            self.text.push_str(match (direction, nulls) {
                (Direction::Ascending, false) => " ASC",
                (Direction::Ascending, true) => " ASC NULLS LAST",
                (Direction::Descending, false) => " DESC",
                (Direction::Descending, true) => " DESC NULLS FIRST",
            });
        }
    }

    fn limit(&mut self, limit: u32) {
        self.text.push_str(" LIMIT ");
        match self.backend {
            AnyBackend::Postgres => self.bind(Value::I64(i64::from(limit))),
            // SQLite prepares a statement anew at each new value of a bound LIMIT.
            AnyBackend::Sqlite => {
                let _ = write!(self.text, "{limit}");
            }
        }
    }
}
