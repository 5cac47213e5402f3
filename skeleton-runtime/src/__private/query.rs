//! What of Diesel a table names, in one place.

pub use diesel::JoinTo;
pub use diesel::associations::HasTable;
pub use diesel::backend::Backend;
pub use diesel::expression::SelectableExpression;
pub use diesel::insertable::Insertable;
pub use diesel::internal::table_macro::{
    AliasAliasAppearsInFromClause, AliasAliasAppearsInFromClauseSameTable,
    AliasAppearsInFromClause, BoxedSelectStatement,
    FieldAliasMapperAssociatedTypesDisjointnessTrick, FromClause, Join, JoinOn, NoFromClause,
    SelectStatement, TablesampleMethod,
};
pub use diesel::query_builder::{
    AsQuery, AstPass, IntoUpdateTarget, Only, QueryFragment, QueryId, Tablesample, UpdateTarget,
};
pub use diesel::query_source::{
    Alias, AliasSource, AliasedField, AppearsInFromClause, Column, Never, Once, QuerySource, Table,
};
pub use diesel::result::QueryResult;

/// All of a table.
pub type Select<T> = SelectStatement<FromClause<T>>;

/// The rows of a table that an UPDATE or DELETE of it means: all.
pub type NoWhere<T> = <Select<T> as IntoUpdateTarget>::WhereClause;
