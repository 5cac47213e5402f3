//! INSERT with columns left to their defaults, and of many rows at once.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::insertable::{
    CanInsertInSingleQuery, ColumnInsertValue, DefaultableColumnInsertValue, InsertValues,
};
use diesel::internal::derives::multiconnection::{BatchInsert, NoFromClause};
use diesel::query_builder::{AstPass, QueryBuilder, QueryFragment, ValuesClause};
use diesel::{AppearsOnTable, Column, Expression, Table};

use super::backend::{AnyBackend, Batch, DefaultOrOmitted};
use super::query_builder::{AnyQueryBuilder, SPLIT};

impl<Col, Expr> QueryFragment<AnyBackend, DefaultOrOmitted>
    for DefaultableColumnInsertValue<ColumnInsertValue<Col, Expr>>
where
    Expr: QueryFragment<AnyBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, AnyBackend>) -> QueryResult<()> {
        match self {
            Self::Expression(value) => value.walk_ast(out),
            Self::Default => {
                if *out.backend() == AnyBackend::Postgres {
                    out.push_sql("DEFAULT");
                }
                Ok(())
            }
        }
    }
}

impl<Col, Expr> InsertValues<AnyBackend, Col::Table>
    for DefaultableColumnInsertValue<ColumnInsertValue<Col, Expr>>
where
    Col: Column,
    Expr: Expression<SqlType = Col::SqlType> + AppearsOnTable<NoFromClause>,
    Self: QueryFragment<AnyBackend>,
{
    fn column_names(&self, mut out: AstPass<'_, '_, AnyBackend>) -> QueryResult<()> {
        if matches!(self, Self::Expression(_)) || *out.backend() == AnyBackend::Postgres {
            out.push_identifier(Col::NAME)?;
        }
        Ok(())
    }
}

impl<T, Tab, QId, const STABLE: bool> CanInsertInSingleQuery<AnyBackend>
    for BatchInsert<Vec<T>, Tab, QId, STABLE>
{
    fn rows_to_insert(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

impl<V, Tab, QId, const STABLE: bool> QueryFragment<AnyBackend, Batch>
    for BatchInsert<Vec<ValuesClause<V, Tab>>, Tab, QId, STABLE>
where
    Tab: Table,
    V: InsertValues<AnyBackend, Tab>,
    ValuesClause<V, Tab>: QueryFragment<AnyBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, AnyBackend>) -> QueryResult<()> {
        if !STABLE {
            out.unsafe_to_cache_prepared();
        }
        let groups = match *out.backend() {
            AnyBackend::Postgres => vec![self.values.as_slice()],
            AnyBackend::Sqlite => alike(&self.values)?,
        };
        let split = groups.len() > 1;
        for group in groups {
            if split {
                out.push_sql(SPLIT);
            }
            walk_group(group, out.reborrow())?;
        }
        if split {
            out.push_sql(SPLIT);
        }
        Ok(())
    }
}

fn walk_group<'b, V, Tab>(
    rows: &'b [ValuesClause<V, Tab>],
    mut out: AstPass<'_, 'b, AnyBackend>,
) -> QueryResult<()>
where
    Tab: Table,
    V: InsertValues<AnyBackend, Tab>,
    ValuesClause<V, Tab>: QueryFragment<AnyBackend>,
{
    let Some((first, others)) = rows.split_first() else {
        return Ok(());
    };
    first.walk_ast(out.reborrow())?;
    for row in others {
        out.push_sql(", (");
        row.values.walk_ast(out.reborrow())?;
        out.push_sql(")");
    }
    Ok(())
}

/// SQLite has no `DEFAULT` among the values of a row, so a column left to its default is not named at all, and rows
/// that leave out others need a statement of their own: under the names of the first row, their values would land in
/// the wrong columns. This makes groups of neighbours that set the same columns.
fn alike<V, Tab>(rows: &[ValuesClause<V, Tab>]) -> QueryResult<Vec<&[ValuesClause<V, Tab>]>>
where
    Tab: Table,
    V: InsertValues<AnyBackend, Tab>,
{
    if rows.len() < 2 {
        return Ok(vec![rows]);
    }
    let names = rows
        .iter()
        .map(|row| columns::<V, Tab>(&row.values))
        .collect::<QueryResult<Vec<_>>>()?;
    let mut groups = Vec::with_capacity(1);
    let mut start = 0;
    for end in 1..=rows.len() {
        // A row of defaults alone is `DEFAULT VALUES`, which takes no second one.
        if end == rows.len() || names[end] != names[start] || names[start].is_empty() {
            groups.push(&rows[start..end]);
            start = end;
        }
    }
    Ok(groups)
}

/// The columns of a row of values, as text.
struct Columns<'a, V, Tab>(&'a V, PhantomData<Tab>);

impl<V, Tab> QueryFragment<AnyBackend> for Columns<'_, V, Tab>
where
    Tab: Table,
    V: InsertValues<AnyBackend, Tab>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, AnyBackend>) -> QueryResult<()> {
        self.0.column_names(out)
    }
}

fn columns<V, Tab>(row: &V) -> QueryResult<String>
where
    Tab: Table,
    V: InsertValues<AnyBackend, Tab>,
{
    let mut text = AnyQueryBuilder::new(AnyBackend::Sqlite);
    Columns(row, PhantomData::<Tab>).to_sql(&mut text, &AnyBackend::Sqlite)?;
    Ok(text.finish())
}
