//! How values are bound on SQLite, which has four types.

use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types as sql;
use diesel::sqlite::Sqlite;

use super::text;
use crate::db::prepared::Prepared;
use crate::db::value::{Kind, Value};

impl QueryFragment<Sqlite> for Prepared<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(&self.statement.sql);
        if !self.statement.is_kept() {
            out.unsafe_to_cache_prepared();
        }
        self.statement
            .binds
            .iter()
            .try_for_each(|value| bind(value, &mut out))
    }
}

/// By the kind alone, so that NULL and a value share one prepared statement.
fn bind<'b>(value: &'b Value, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
    match value.kind() {
        Kind::Bool | Kind::I16 | Kind::I32 | Kind::I64 => {
            out.push_bind_param_value_only::<sql::BigInt, _>(value)
        }
        Kind::F32 | Kind::F64 => out.push_bind_param_value_only::<sql::Double, _>(value),
        Kind::Bytes | Kind::Uuid => out.push_bind_param_value_only::<sql::Binary, _>(value),
        Kind::Text
        | Kind::Timestamp
        | Kind::Date
        | Kind::Time
        | Kind::Json
        | Kind::Decimal
        | Kind::TextArray => out.push_bind_param_value_only::<sql::Text, _>(value),
    }
}

impl ToSql<sql::BigInt, Sqlite> for Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let number = match self {
            Self::Bool(value) => i64::from(*value),
            Self::I16(value) => i64::from(*value),
            Self::I32(value) => i64::from(*value),
            Self::I64(value) => *value,
            other => return null(other, "INTEGER"),
        };
        out.set_value(number);
        Ok(IsNull::No)
    }
}

impl ToSql<sql::Double, Sqlite> for Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let number = match self {
            Self::F32(value) => f64::from(*value),
            Self::F64(value) => *value,
            other => return null(other, "REAL"),
        };
        out.set_value(number);
        Ok(IsNull::No)
    }
}

impl ToSql<sql::Binary, Sqlite> for Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        match self {
            Self::Bytes(value) => out.set_value(value.as_slice()),
            Self::Uuid(value) => out.set_value(value.as_bytes().as_slice()),
            other => return null(other, "BLOB"),
        }
        Ok(IsNull::No)
    }
}

impl ToSql<sql::Text, Sqlite> for Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        match self {
            Self::Text(value) => out.set_value(value.as_str()),
            Self::Timestamp(value) => out.set_value(text::timestamp(value)),
            Self::Date(value) => out.set_value(text::date(*value)),
            Self::Time(value) => out.set_value(text::time(*value)),
            Self::Json(value) => out.set_value(value.to_string()),
            Self::Decimal(value) => out.set_value(value.to_string()),
            Self::TextArray(value) => out.set_value(serde_json::to_string(value)?),
            other => return null(other, "TEXT"),
        }
        Ok(IsNull::No)
    }
}

fn null(value: &Value, storage: &str) -> serialize::Result {
    if value.is_null() {
        return Ok(IsNull::Yes);
    }
    Err(format!("{value:?} is not stored as {storage}").into())
}
