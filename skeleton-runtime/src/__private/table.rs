//! Diesel's `table!`, for crates that do not depend on Diesel: its own expansion says `::diesel`.
//!
//! A column is a [`TableColumn`](super::TableColumn), whose impls are written once for all columns of all tables. An expansion has
//! only what the orphan rule wants in the crate of the table, which is why it takes less time to compile than Diesel's.

/// `articles("articles") [id] { id("id") -> Uuid, … }`: a module as Diesel's `table!` makes it, with the names of the
/// database. Without `star`, and without what COPY takes, which does not run on our connections.
#[doc(hidden)]
#[macro_export]
macro_rules! __table {
    ($vis:vis $module:ident($table:literal) [$id:ident] { $($column:ident($name:literal) -> $sql:ty),* $(,)? }) => {
        #[doc = ::core::concat!("The table `", $table, "`, for queries of your own.")]
        #[allow(
            dead_code,
            missing_debug_implementations,
            missing_docs,
            non_camel_case_types,
            non_upper_case_globals,
            unreachable_pub,
            unused_imports,
            reason = "the names are those of Diesel and of the database, and not every query needs all"
        )]
        $vis mod $module {
            pub use self::columns::*;

            /// The columns and, by the name of its module, the table.
            pub mod dsl {
                pub use super::columns::*;
                pub use super::table as $module;
            }

            /// The columns.
            pub mod columns {
                $(
                    pub type $column = $crate::__private::TableColumn<super::column::$column>;
                    pub const $column: $column = $crate::__private::TableColumn::new();
                )*
            }

            /// What tells the columns from each other.
            #[doc(hidden)]
            pub mod column {
                use $crate::__private::diesel::sql_types::*;

                $crate::__columns! {
                    [
                        P0 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 P15
                        P16 P17 P18 P19 P20 P21 P22 P23 P24 P25 P26 P27 P28 P29 P30 P31
                    ]
                    $($column($name) -> $sql,)*
                }
            }

            /// All columns.
            pub const all_columns: ($(columns::$column,)*) = ($(columns::$column,)*);

            /// The SQL types of all columns.
            pub type SqlType = ($(<column::$column as $crate::__private::NamedColumn>::SqlType,)*);

            /// A boxed query of this table.
            pub type BoxedQuery<'a, Db, Selected = SqlType> = $crate::__private::query::BoxedSelectStatement<
                'a,
                Selected,
                $crate::__private::query::FromClause<table>,
                Db,
            >;

            /// The table.
            #[derive(Clone, Copy, Debug, Default)]
            pub struct table;

            $crate::__table_impls! { $table, column::$id, columns::$id, ($(columns::$column,)*) }
            $crate::__table_appearances! {}
            $crate::__table_aliases! {}
            $crate::__table_joins! {}
        }
    };
}

/// The types that tell the columns from each other. Each takes its place from the list.
#[doc(hidden)]
#[macro_export]
macro_rules! __columns {
    ([$($places:ident)*]) => {};
    ([$place:ident $($places:ident)*] $column:ident($name:literal) -> $sql:ty, $($rest:tt)*) => {
        pub enum $column {}

        impl $crate::__private::NamedColumn for $column {
            type Table = super::table;
            type SqlType = $sql;
            type Place = $crate::__private::places::$place;
            const NAME: &'static ::core::primitive::str = $name;
        }

        // For all columns of the table at once it would do too, but then a column of another table is reported as a
        // mismatch of types instead of as a column that cannot be selected.
        impl $crate::__private::query::SelectableExpression<super::table> for $crate::__private::TableColumn<$column> {}

        $crate::__columns! { [$($places)*] $($rest)* }
    };
}

/// What a table is by itself.
#[doc(hidden)]
#[macro_export]
macro_rules! __table_impls {
    ($name:literal, $key_name:path, $key:path, $columns:tt) => {
        impl $crate::__private::NamedTable for table {
            type Key = $key_name;
            const NAME: &'static ::core::primitive::str = $name;
        }

        impl $crate::__private::query::QueryId for table {
            type QueryId = Self;
        }

        impl<Db: $crate::__private::query::Backend> $crate::__private::query::QueryFragment<Db>
            for table
        {
            fn walk_ast<'b>(
                &'b self,
                mut __pass: $crate::__private::query::AstPass<'_, 'b, Db>,
            ) -> $crate::__private::query::QueryResult<()> {
                __pass.push_identifier($name)
            }
        }

        impl $crate::__private::query::QuerySource for table {
            type FromClause = Self;
            type DefaultSelection = $columns;

            fn from_clause(&self) -> Self {
                *self
            }

            fn default_selection(&self) -> Self::DefaultSelection {
                $columns
            }
        }

        impl $crate::__private::query::AsQuery for table {
            type SqlType = SqlType;
            type Query = $crate::__private::query::Select<Self>;

            fn as_query(self) -> Self::Query {
                Self::Query::simple(self)
            }
        }

        impl $crate::__private::query::Table for table {
            type PrimaryKey = $key;
            type AllColumns = $columns;

            fn primary_key(&self) -> Self::PrimaryKey {
                $key
            }

            fn all_columns() -> Self::AllColumns {
                $columns
            }
        }

        impl $crate::__private::query::HasTable for table {
            type Table = Self;

            fn table() -> Self {
                Self
            }
        }

        impl $crate::__private::query::IntoUpdateTarget for table {
            type WhereClause = $crate::__private::query::NoWhere<Self>;

            fn into_update_target(
                self,
            ) -> $crate::__private::query::UpdateTarget<Self, Self::WhereClause> {
                $crate::__private::query::AsQuery::as_query(self).into_update_target()
            }
        }

        impl<T> $crate::__private::query::Insertable<T> for table
        where
            $crate::__private::query::Select<Self>: $crate::__private::query::Insertable<T>,
        {
            type Values =
                <$crate::__private::query::Select<Self> as $crate::__private::query::Insertable<
                    T,
                >>::Values;

            fn values(self) -> Self::Values {
                $crate::__private::query::AsQuery::as_query(self).values()
            }
        }

        impl<T> $crate::__private::query::Insertable<T> for &table
        where
            table: $crate::__private::query::Insertable<T>,
        {
            type Values = <table as $crate::__private::query::Insertable<T>>::Values;

            fn values(self) -> Self::Values {
                (*self).values()
            }
        }
    };
}

/// Where a table appears.
#[doc(hidden)]
#[macro_export]
macro_rules! __table_appearances {
    () => {
        impl $crate::__private::query::AppearsInFromClause<table> for table {
            type Count = $crate::__private::query::Once;
        }

        impl $crate::__private::query::AppearsInFromClause<table>
            for $crate::__private::query::NoFromClause
        {
            type Count = $crate::__private::query::Never;
        }

        // The next two are what `allow_tables_to_appear_in_same_query!` asks for.
        impl $crate::__private::query::AppearsInFromClause<table>
            for $crate::__private::query::Only<table>
        {
            type Count = $crate::__private::query::Once;
        }

        impl<M> $crate::__private::query::AppearsInFromClause<table>
            for $crate::__private::query::Tablesample<table, M>
        where
            M: $crate::__private::query::TablesampleMethod,
        {
            type Count = $crate::__private::query::Once;
        }
    };
}

/// What `alias!` asks of a table.
#[doc(hidden)]
#[macro_export]
macro_rules! __table_aliases {
    () => {
        impl<S> $crate::__private::query::AppearsInFromClause<$crate::__private::query::Alias<S>>
            for table
        where
            S: $crate::__private::query::AliasSource,
        {
            type Count = $crate::__private::query::Never;
        }

        impl<S> $crate::__private::query::AliasAppearsInFromClause<S, table> for table
        where
            S: $crate::__private::query::AliasSource<Target = table>,
        {
            type Count = $crate::__private::query::Never;
        }

        impl<S, R> $crate::__private::query::AliasAliasAppearsInFromClause<table, R, S> for table
        where
            S: $crate::__private::query::AliasSource<Target = table>
                + $crate::__private::query::AliasAliasAppearsInFromClauseSameTable<R, table>,
            R: $crate::__private::query::AliasSource<Target = table>,
        {
            type Count = <S as $crate::__private::query::AliasAliasAppearsInFromClauseSameTable<
                R,
                table,
            >>::Count;
        }

        impl<S, C>
            $crate::__private::query::FieldAliasMapperAssociatedTypesDisjointnessTrick<table, S, C>
            for table
        where
            S: $crate::__private::query::AliasSource<Target = table> + ::core::clone::Clone,
            C: $crate::__private::query::Column<Table = table>,
        {
            type Out = $crate::__private::query::AliasedField<S, C>;

            fn map(__column: C, __alias: &$crate::__private::query::Alias<S>) -> Self::Out {
                __alias.field(__column)
            }
        }
    };
}

/// What stands to the right of a join with this table, other than a table: it knows how it joins.
#[doc(hidden)]
#[macro_export]
macro_rules! __table_joins {
    () => {
        $crate::__table_joins! { [L, R, K] $crate::__private::query::Join<L, R, K> where L R }
        $crate::__table_joins! { [J, O] $crate::__private::query::JoinOn<J, O> where }
        $crate::__table_joins! { [F] $crate::__private::query::Select<F> where F }
        $crate::__table_joins! { [S] $crate::__private::query::Alias<S> where }
    };
    ([$($parameters:tt)*] $source:ty where $($inner:ident)*) => {
        impl<$($parameters)*> $crate::__private::query::JoinTo<$source> for table
        where
            $source: $crate::__private::query::JoinTo<table>,
            $($inner: $crate::__private::query::QuerySource,)*
        {
            type FromClause = $source;
            type OnClause = <$source as $crate::__private::query::JoinTo<table>>::OnClause;

            fn join_target(__source: $source) -> (Self::FromClause, Self::OnClause) {
                (__source, <$source as $crate::__private::query::JoinTo<table>>::join_target(table).1)
            }
        }
    };
}

/// `Queryable`: a row of the table as the struct.
///
/// A field with `as text` or `as nullable` is an enum, read from a text by the enum's own names; one with `as document` or
/// `as nullable_document` has a type of the user's in JSON.
#[doc(hidden)]
#[macro_export]
macro_rules! __queryable {
    ($type:ident from $table:ident { $($field:ident: $ty:ty = $index:tt $(as $form:ident $of:ty)?),* $(,)? }) => {
        #[automatically_derived]
        impl $crate::__private::diesel::deserialize::Queryable<$table::SqlType, $crate::__private::AnyBackend>
            for $type
        {
            type Row = ($($crate::__queryable!(@row $ty $(as $form)?),)*);

            fn build(row: Self::Row) -> $crate::__private::diesel::deserialize::Result<Self> {
                ::core::result::Result::Ok(Self {
                    $($field: $crate::__queryable!(@value row.$index $(, $form $of)?)),*
                })
            }
        }
    };
    (@row $ty:ty) => { $ty };
    (@row $ty:ty as text) => { ::std::string::String };
    (@row $ty:ty as nullable) => { ::core::option::Option<::std::string::String> };
    (@row $ty:ty as document) => { $crate::__private::JsonValue };
    (@row $ty:ty as nullable_document) => { ::core::option::Option<$crate::__private::JsonValue> };
    (@value $value:expr) => { $value };
    (@value $value:expr, text $of:ty) => {
        $crate::__private::from_text::<$of>(::core::option::Option::Some($value))?
    };
    (@value $value:expr, nullable $of:ty) => { $crate::__private::from_text::<$of>($value)? };
    (@value $value:expr, document $of:ty) => {
        $crate::__private::from_document::<$of>(::core::option::Option::Some($value))?
    };
    (@value $value:expr, nullable_document $of:ty) => { $crate::__private::from_document::<$of>($value)? };
}

/// `Selectable`: the columns that the struct is made of.
#[doc(hidden)]
#[macro_export]
macro_rules! __selectable {
    ($type:ident from $table:ident { $($column:ident),* $(,)? }) => {
        #[automatically_derived]
        impl<Db: $crate::__private::diesel::backend::Backend> $crate::__private::diesel::Selectable<Db> for $type {
            type SelectExpression = ($($table::$column,)*);

            fn construct_selection() -> Self::SelectExpression {
                ($($table::$column,)*)
            }
        }
    };
}
