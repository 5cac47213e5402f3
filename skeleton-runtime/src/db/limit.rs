//! LIMIT and OFFSET, for which Diesel has no part common to all backends.

use diesel::QueryResult;
use diesel::query_builder::{
    AstPass, BoxedLimitOffsetClause, IntoBoxedClause, LimitOffsetClause, QueryBuilder,
    QueryFragment,
};

use super::backend::AnyBackend;
use super::binds::AnyBindCollector;
use super::query_builder::AnyQueryBuilder;
use super::value::Value;

type Fragment<'a> = dyn QueryFragment<AnyBackend> + Send + 'a;

impl<L, O> QueryFragment<AnyBackend> for LimitOffsetClause<L, O>
where
    L: QueryFragment<AnyBackend>,
    O: QueryFragment<AnyBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, AnyBackend>) -> QueryResult<()> {
        let limit = present(&self.limit_clause, *out.backend())?;
        let offset = present(&self.offset_clause, *out.backend())?;
        if limit {
            walk_limit(&self.limit_clause, out.reborrow())?;
        }
        if offset {
            walk_offset(&self.offset_clause, limit, out)?;
        }
        Ok(())
    }
}

impl QueryFragment<AnyBackend> for BoxedLimitOffsetClause<'_, AnyBackend> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, AnyBackend>) -> QueryResult<()> {
        if let Some(limit) = &self.limit {
            walk_limit(&**limit, out.reborrow())?;
        }
        if let Some(offset) = &self.offset {
            walk_offset(&**offset, self.limit.is_some(), out)?;
        }
        Ok(())
    }
}

impl<'a, L, O> IntoBoxedClause<'a, AnyBackend> for LimitOffsetClause<L, O>
where
    L: QueryFragment<AnyBackend> + Send + 'a,
    O: QueryFragment<AnyBackend> + Send + 'a,
{
    type BoxedClause = BoxedLimitOffsetClause<'a, AnyBackend>;

    fn into_boxed(self) -> Self::BoxedClause {
        BoxedLimitOffsetClause {
            limit: boxed(self.limit_clause),
            offset: boxed(self.offset_clause),
        }
    }
}

/// A clause that is not there is a type of its own in Diesel, and `None` once boxed.
fn boxed<'a>(clause: impl QueryFragment<AnyBackend> + Send + 'a) -> Option<Box<Fragment<'a>>> {
    // Neither clause depends on the database in whether it is there.
    let absent = clause.is_noop(&AnyBackend::Postgres).unwrap_or(false);
    (!absent).then(|| Box::new(clause) as Box<Fragment<'a>>)
}

fn present(clause: &impl QueryFragment<AnyBackend>, backend: AnyBackend) -> QueryResult<bool> {
    clause.is_noop(&backend).map(|absent| !absent)
}

fn walk_limit<'b, C>(clause: &'b C, mut out: AstPass<'_, 'b, AnyBackend>) -> QueryResult<()>
where
    C: QueryFragment<AnyBackend> + ?Sized,
{
    if *out.backend() == AnyBackend::Sqlite
        && let Some(limit) = literal(clause)?
    {
        out.push_sql(&limit);
        return Ok(());
    }
    clause.walk_ast(out)
}

/// SQLite knows OFFSET only behind LIMIT; a negative one is none.
fn walk_offset<'b, C>(
    clause: &'b C,
    limited: bool,
    mut out: AstPass<'_, 'b, AnyBackend>,
) -> QueryResult<()>
where
    C: QueryFragment<AnyBackend> + ?Sized,
{
    if !limited && *out.backend() == AnyBackend::Sqlite {
        out.push_sql(" LIMIT -1");
    }
    clause.walk_ast(out)
}

/// The LIMIT with its number in the text: SQLite compiles a statement anew each time a bound LIMIT changes.
fn literal<C>(clause: &C) -> QueryResult<Option<String>>
where
    C: QueryFragment<AnyBackend> + ?Sized,
{
    let mut binds = AnyBindCollector::default();
    clause.collect_binds(&mut binds, &mut (), &AnyBackend::Sqlite)?;
    let [Value::I64(limit)] = binds.values[..] else {
        return Ok(None);
    };
    let mut text = AnyQueryBuilder::new(AnyBackend::Sqlite);
    clause.to_sql(&mut text, &AnyBackend::Sqlite)?;
    Ok((text.finish() == " LIMIT ?").then(|| format!(" LIMIT {limit}")))
}
