//! How values are bound on PostgreSQL.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::{self as sql, Nullable};

use crate::db::prepared::Prepared;
use crate::db::value::{Kind, Value};

impl QueryFragment<Pg> for Prepared<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
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

fn bind<'b>(value: &'b Value, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
    match value {
        Value::Null(kind) => bind_null(*kind, out),
        Value::Bool(value) => out.push_bind_param_value_only::<sql::Bool, _>(value),
        Value::I16(value) => out.push_bind_param_value_only::<sql::SmallInt, _>(value),
        Value::I32(value) => out.push_bind_param_value_only::<sql::Integer, _>(value),
        Value::I64(value) => out.push_bind_param_value_only::<sql::BigInt, _>(value),
        Value::F32(value) => out.push_bind_param_value_only::<sql::Float, _>(value),
        Value::F64(value) => out.push_bind_param_value_only::<sql::Double, _>(value),
        Value::Text(value) => out.push_bind_param_value_only::<sql::Text, _>(value),
        Value::Bytes(value) => out.push_bind_param_value_only::<sql::Binary, _>(value),
        Value::Uuid(value) => out.push_bind_param_value_only::<sql::Uuid, _>(value),
        Value::Timestamp(value) => out.push_bind_param_value_only::<sql::Timestamptz, _>(value),
        Value::Date(value) => out.push_bind_param_value_only::<sql::Date, _>(value),
        Value::Time(value) => out.push_bind_param_value_only::<sql::Time, _>(value),
        Value::Json(value) => out.push_bind_param_value_only::<sql::Jsonb, _>(value),
        Value::Decimal(_) => out.push_bind_param_value_only::<sql::Numeric, _>(value),
        Value::TextArray(value) => {
            out.push_bind_param_value_only::<sql::Array<sql::Text>, _>(value)
        }
    }
}

/// A NULL says of which type it is: the type belongs to the prepared statement.
fn bind_null(kind: Kind, out: &mut AstPass<'_, '_, Pg>) -> QueryResult<()> {
    macro_rules! null {
        ($sql:ty, $rust:ty) => {
            out.push_bind_param_value_only::<Nullable<$sql>, Option<$rust>>(&None)
        };
    }
    match kind {
        Kind::Bool => null!(sql::Bool, bool),
        Kind::I16 => null!(sql::SmallInt, i16),
        Kind::I32 => null!(sql::Integer, i32),
        Kind::I64 => null!(sql::BigInt, i64),
        Kind::F32 => null!(sql::Float, f32),
        Kind::F64 => null!(sql::Double, f64),
        Kind::Text => null!(sql::Text, String),
        Kind::Bytes => null!(sql::Binary, Vec<u8>),
        Kind::Uuid => null!(sql::Uuid, uuid::Uuid),
        Kind::Timestamp => null!(sql::Timestamptz, chrono::DateTime<chrono::Utc>),
        Kind::Date => null!(sql::Date, chrono::NaiveDate),
        Kind::Time => null!(sql::Time, chrono::NaiveTime),
        Kind::Json => null!(sql::Jsonb, serde_json::Value),
        Kind::Decimal => null!(sql::Numeric, rust_decimal::Decimal),
        Kind::TextArray => null!(sql::Array<sql::Text>, Vec<String>),
    }
}
