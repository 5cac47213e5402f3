//! [`Secret`] and [`Jsonb`] in Diesel queries written by hand: read from rows, and bound as values.

use std::fmt::Debug;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, Nullable, SingleValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Secret;
use crate::db::{AnyBackend, Value};

use super::Jsonb;

impl<T, St, Db> FromSql<St, Db> for Secret<T>
where
    Db: Backend,
    T: FromSql<St, Db>,
{
    fn from_sql(raw: Db::RawValue<'_>) -> deserialize::Result<Self> {
        T::from_sql(raw).map(Self::new)
    }
}

impl<T, St, Db> Queryable<St, Db> for Secret<T>
where
    Db: Backend,
    St: SingleValue,
    Self: FromSql<St, Db>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

impl<T, St, Db> ToSql<St, Db> for Secret<T>
where
    Db: Backend,
    T: ToSql<St, Db>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Db>) -> serialize::Result {
        self.expose().to_sql(out)
    }
}

/// Lets a value of the type be compared with, and written to, a column of this type.
macro_rules! expression {
    ($type:ident: $sql:ty) => {
        impl<T> AsExpression<$sql> for $type<T> {
            type Expression = Bound<$sql, Self>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
    };
}

expression!(Secret: sql_types::Text);
expression!(Secret: Nullable<sql_types::Text>);
expression!(Jsonb: sql_types::Jsonb);
expression!(Jsonb: Nullable<sql_types::Jsonb>);

impl<T: Serialize + Debug> ToSql<sql_types::Jsonb, AnyBackend> for Jsonb<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, AnyBackend>) -> serialize::Result {
        out.set_value(Value::Json(serde_json::to_value(&self.0)?));
        Ok(IsNull::No)
    }
}

impl<T, Db> FromSql<sql_types::Jsonb, Db> for Jsonb<T>
where
    Db: Backend,
    T: DeserializeOwned,
    serde_json::Value: FromSql<sql_types::Jsonb, Db>,
{
    fn from_sql(raw: Db::RawValue<'_>) -> deserialize::Result<Self> {
        let json = serde_json::Value::from_sql(raw)?;
        Ok(Self(T::deserialize(json)?))
    }
}

impl<T, Db> Queryable<sql_types::Jsonb, Db> for Jsonb<T>
where
    Db: Backend,
    Self: FromSql<sql_types::Jsonb, Db>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}
