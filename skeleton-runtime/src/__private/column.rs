//! Columns, as Diesel's queries name them.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Sub};

use diesel::backend::Backend;
use diesel::dsl;
use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, SelectableExpression, TypedExpressionType,
    ValidGrouping, is_aggregate,
};
use diesel::expression::{IsContainedInGroupBy, is_contained_in_group_by};
use diesel::expression_methods::{EqAll, ExpressionMethods};
use diesel::internal::table_macro::{
    FromClause, Inner, Join, JoinOn, LeftOuter, Pick, SelectStatement, TablesampleMethod, ops,
};
use diesel::query_builder::{AstPass, Only, QueryFragment, QueryId, Tablesample};
use diesel::query_source::{AppearsInFromClause, Column, Never, Once, QuerySource, Table};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, SingleValue, SqlType, ops as sql_ops};

use super::grouping::{Occurrence, Or, Place, Same};

/// A table made by `__table!`.
pub trait NamedTable: Table {
    /// Its primary key.
    type Key: NamedColumn<Table = Self>;
    /// Its name in the database.
    const NAME: &'static str;
}

/// What makes a [`TableColumn`] of a type: one column of a [`NamedTable`].
pub trait NamedColumn: 'static {
    /// The table that has it.
    type Table: NamedTable;
    /// Its type in the database.
    type SqlType: SqlType + SingleValue;
    /// Its place among the columns of its table.
    type Place: Place;
    /// Its name in the database.
    const NAME: &'static str;
}

/// A column of a resource's table in Diesel's queries: `articles::title` is the only value of its type, which has the
/// same name.
///
/// It does what a column of Diesel's `table!` does. Columns of several tables may stand in one `GROUP BY` without
/// `allow_columns_to_appear_in_same_group_by_clause!`.
// Generic, so that Diesel's traits are implemented once for all columns. What impls name the table of a column by a
// projection in their header is up to each table, since it might overlap with any other.
pub struct TableColumn<N>(PhantomData<fn() -> N>);

impl<N> TableColumn<N> {
    /// The only value there is.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<N> Copy for TableColumn<N> {}

impl<N> Clone for TableColumn<N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Default for TableColumn<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<N: NamedColumn> fmt::Debug for TableColumn<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(N::NAME)
    }
}

impl<N: NamedColumn> QueryId for TableColumn<N> {
    type QueryId = Self;
}

impl<N: NamedColumn> Expression for TableColumn<N> {
    type SqlType = N::SqlType;
}

impl<N: NamedColumn> Column for TableColumn<N> {
    type Table = N::Table;
    const NAME: &'static str = N::NAME;
}

impl<N: NamedColumn, Db: Backend> QueryFragment<Db> for TableColumn<N> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        if !pass.should_skip_from() {
            pass.push_identifier(<N::Table as NamedTable>::NAME)?;
            pass.push_sql(".");
        }
        pass.push_identifier(N::NAME)
    }
}

impl<N, Q> AppearsOnTable<Q> for TableColumn<N>
where
    N: NamedColumn,
    Q: AppearsInFromClause<N::Table, Count = Once>,
{
}

/// If the table is on the right of the join, only `Nullable<Self>` can be selected.
impl<N, L, R> SelectableExpression<Join<L, R, LeftOuter>> for TableColumn<N>
where
    N: NamedColumn,
    Self: AppearsOnTable<Join<L, R, LeftOuter>> + SelectableExpression<L>,
    L: QuerySource,
    R: AppearsInFromClause<N::Table, Count = Never> + QuerySource,
{
}

impl<N, L, R> SelectableExpression<Join<L, R, Inner>> for TableColumn<N>
where
    N: NamedColumn,
    L: AppearsInFromClause<N::Table> + QuerySource,
    R: AppearsInFromClause<N::Table> + QuerySource,
    (L::Count, R::Count): Pick<L, R>,
    Self: AppearsOnTable<Join<L, R, Inner>>
        + SelectableExpression<<(L::Count, R::Count) as Pick<L, R>>::Selection>,
{
}

impl<N, J, O> SelectableExpression<JoinOn<J, O>> for TableColumn<N>
where
    N: NamedColumn,
    Self: SelectableExpression<J> + AppearsOnTable<JoinOn<J, O>>,
{
}

impl<N, F> SelectableExpression<SelectStatement<FromClause<F>>> for TableColumn<N>
where
    N: NamedColumn,
    F: QuerySource,
    Self: SelectableExpression<F> + AppearsOnTable<SelectStatement<FromClause<F>>>,
{
}

impl<N> SelectableExpression<Only<N::Table>> for TableColumn<N>
where
    N: NamedColumn,
    Self: AppearsOnTable<Only<N::Table>>,
{
}

impl<N, M> SelectableExpression<Tablesample<N::Table, M>> for TableColumn<N>
where
    N: NamedColumn,
    M: TablesampleMethod,
    Self: AppearsOnTable<Tablesample<N::Table, M>>,
{
}

impl<N: NamedColumn> ValidGrouping<()> for TableColumn<N> {
    type IsAggregate = is_aggregate::No;
}

impl<N, G> ValidGrouping<G> for TableColumn<N>
where
    N: NamedColumn,
    G: IsContainedInGroupBy<Self, Output = is_contained_in_group_by::Yes>,
{
    type IsAggregate = is_aggregate::Yes;
}

/// Where rows are grouped by `N`, `M` has one value per group if it is the same column, or `N` the key of its table.
impl<N, M> IsContainedInGroupBy<TableColumn<M>> for TableColumn<N>
where
    N: NamedColumn,
    M: NamedColumn,
    N::Table: AppearsInFromClause<M::Table>,
    <N::Table as AppearsInFromClause<M::Table>>::Count: Occurrence,
{
    type Output = <<N::Table as AppearsInFromClause<M::Table>>::Count as Occurrence>::And<
        Or<
            Same<N::Place, M::Place>,
            Same<N::Place, <<N::Table as NamedTable>::Key as NamedColumn>::Place>,
        >,
    >;
}

impl<N, T> EqAll<T> for TableColumn<N>
where
    N: NamedColumn,
    T: AsExpression<N::SqlType>,
    dsl::Eq<Self, T>: Expression<SqlType = Bool>,
{
    type Output = dsl::Eq<Self, T>;

    fn eq_all(self, rhs: T) -> Self::Output {
        self.eq(rhs)
    }
}

macro_rules! operators {
    ($($operator:ident $method:ident;)*) => {$(
        impl<N, T> $operator<T> for TableColumn<N>
        where
            N: NamedColumn,
            N::SqlType: sql_ops::$operator,
            <N::SqlType as sql_ops::$operator>::Rhs: TypedExpressionType,
            T: AsExpression<<N::SqlType as sql_ops::$operator>::Rhs>,
        {
            type Output = ops::$operator<Self, T::Expression>;

            fn $method(self, rhs: T) -> Self::Output {
                ops::$operator::new(self, rhs.as_expression())
            }
        }
    )*};
}

operators! { Add add; Sub sub; Mul mul; Div div; }
