//! What `#[derive(DbEnum)]` gives beside the trait: serde, Diesel and OpenAPI, by one macro of the runtime.

/// `Status { Draft = "draft" at 0, … }`: a [`DbEnum`](super::DbEnum), and what is the same for all of them.
///
/// An enum that lacks `Debug`, which Diesel asks for, is told where it is a field, with all else that it lacks. The lifetime
/// that nothing has puts the bound off until then.
#[doc(hidden)]
#[macro_export]
macro_rules! __db_enum {
    ($type:ident { $($variant:ident = $value:literal at $index:literal),* $(,)? }) => {
        const _: () = {
            use $crate::__private::diesel::backend::Backend;
            use $crate::__private::diesel::deserialize::{self, FromSql, Queryable};
            use $crate::__private::diesel::expression::AsExpression;
            use $crate::__private::diesel::internal::derives::as_expression::Bound;
            use $crate::__private::diesel::serialize::{self, Output, ToSql};
            use $crate::__private::diesel::sql_types::{Nullable, Text};
            use $crate::__private::serde::{Deserialize, Deserializer, Serialize, Serializer};
            use $crate::__private::utoipa;
            use $crate::resource::DbEnum;

            #[automatically_derived]
            impl DbEnum for $type {
                const VARIANTS: &'static [&'static ::core::primitive::str] = &[$($value),*];
                const ALL: &'static [Self] = &[$(Self::$variant),*];

                fn index(&self) -> ::core::primitive::usize {
                    match *self {
                        $(Self::$variant => $index,)*
                    }
                }

                fn at(index: ::core::primitive::usize) -> Self {
                    match index {
                        $($index => Self::$variant,)*
                        _ => ::core::panic!("there are not that many variants"),
                    }
                }
            }

            #[automatically_derived]
            impl Serialize for $type {
                fn serialize<S: Serializer>(
                    &self,
                    serializer: S,
                ) -> ::core::result::Result<S::Ok, S::Error> {
                    serializer.serialize_str(DbEnum::as_str(self))
                }
            }

            #[automatically_derived]
            impl<'de> Deserialize<'de> for $type {
                fn deserialize<D: Deserializer<'de>>(
                    deserializer: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    $crate::__private::deserialize_db_enum(deserializer)
                }
            }

            #[automatically_derived]
            impl utoipa::PartialSchema for $type {
                fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                    $crate::__private::db_enum_schema::<Self>()
                }
            }

            #[automatically_derived]
            impl utoipa::ToSchema for $type {}

            #[automatically_derived]
            impl<Db: Backend> ToSql<Text, Db> for $type
            where
                str: ToSql<Text, Db>,
                for<'__later> Self: ::core::fmt::Debug,
            {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Db>) -> serialize::Result {
                    ToSql::<Text, Db>::to_sql(DbEnum::as_str(self), out)
                }
            }

            #[automatically_derived]
            impl<Db: Backend> ToSql<Nullable<Text>, Db> for $type
            where
                for<'__later> Self: ToSql<Text, Db>,
            {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Db>) -> serialize::Result {
                    ToSql::<Text, Db>::to_sql(self, out)
                }
            }

            #[automatically_derived]
            impl<Db: Backend> FromSql<Text, Db> for $type
            where
                ::std::string::String: FromSql<Text, Db>,
            {
                fn from_sql(raw: Db::RawValue<'_>) -> deserialize::Result<Self> {
                    $crate::__private::db_enum_from_name(&<::std::string::String as FromSql<
                        Text,
                        Db,
                    >>::from_sql(raw)?)
                }
            }

            #[automatically_derived]
            impl<Db: Backend> Queryable<Text, Db> for $type
            where
                Self: FromSql<Text, Db>,
            {
                type Row = Self;

                fn build(row: Self) -> deserialize::Result<Self> {
                    ::core::result::Result::Ok(row)
                }
            }

    $crate::__db_enum!(@expression $type, Text, $type);
    $crate::__db_enum!(@expression &'__expr $type, Text, $type);
    $crate::__db_enum!(@expression $type, Nullable<Text>, $type);
    $crate::__db_enum!(@expression &'__expr $type, Nullable<Text>, $type);
        };
    };
    (@expression $for:ty, $sql:ty, $type:ty) => {
        #[automatically_derived]
        impl<'__expr> AsExpression<$sql> for $for {
            type Expression = Bound<$sql, Self>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
    };
}
