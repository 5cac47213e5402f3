//! One row by its id.

use std::borrow::Cow;

use super::plan::quoted;
use super::{Decode, Plan, Scope};
use crate::Result;
use crate::db::{Connection, Db, Row, Statement, Value};
use crate::resource::meta::Meta;

/// Where a statement reads.
#[derive(Debug)]
pub(crate) enum Source<'a> {
    /// On any connection.
    Pool(&'a Db),
    /// On this one, and so in its transaction.
    Connection(&'a mut Connection),
}

impl<'a> From<&'a Db> for Source<'a> {
    fn from(db: &'a Db) -> Self {
        Self::Pool(db)
    }
}

impl Source<'_> {
    pub(super) fn backend(&self) -> crate::db::AnyBackend {
        match self {
            Self::Pool(db) => db.backend(),
            Self::Connection(connection) => connection.backend(),
        }
    }

    pub(super) async fn fetch<T, F>(self, statement: Statement, decode: F) -> Result<Vec<T>>
    where
        T: Send + 'static,
        F: FnMut(&Row<'_>) -> diesel::deserialize::Result<T> + Clone + Send + 'static,
    {
        match self {
            Self::Pool(db) => db.fetch(statement, decode).await,
            Self::Connection(connection) => Ok(connection.fetch(statement, decode).await?),
        }
    }
}

/// Reads one row; `None` where there is none within the scope.
pub(crate) async fn get<'a, D: Decode>(
    source: impl Into<Source<'a>>,
    meta: &'static Meta,
    id: Value,
    scope: Scope,
    mut decode: D,
) -> Result<Option<D::Output>> {
    let plan = Plan::of(meta);
    let statement = by_id(plan.get(&decode.shape(), scope != Scope::All), id, scope);
    let decode = move |row: &Row<'_>| decode.decode(row);
    let mut rows = source.into().fetch(statement, decode).await?;
    Ok(rows.pop())
}

/// Whether there is such a row within the scope.
pub(crate) async fn exists<'a>(
    source: impl Into<Source<'a>>,
    meta: &'static Meta,
    id: Value,
    scope: Scope,
) -> Result<bool> {
    let text = Plan::of(meta).exists[usize::from(scope != Scope::All)].as_str();
    let statement = by_id(text, id, scope);
    let rows = source.into().fetch(statement, |_| Ok(())).await?;
    Ok(!rows.is_empty())
}

/// Whether a row refers to `target` in this column, deleted ones that stay among them.
pub(crate) async fn refers<'a>(
    source: impl Into<Source<'a>>,
    meta: &'static Meta,
    column: usize,
    target: Value,
) -> Result<bool> {
    let text = format!(
        "SELECT 1 FROM {} WHERE {} = $1 LIMIT 1",
        quoted(meta.table),
        quoted(meta.columns[column].column)
    );
    let statement = Statement::with_binds(text, vec![target]);
    let rows = source.into().fetch(statement, |_| Ok(())).await?;
    Ok(!rows.is_empty())
}

/// A statement whose `$1` is the id and whose `$2` is the owner, where the scope has one.
pub(super) fn by_id(text: impl Into<Cow<'static, str>>, id: Value, scope: Scope) -> Statement {
    let mut binds = vec![id];
    if let Scope::OwnedBy(owner) = scope {
        binds.push(Value::Uuid(owner));
    }
    Statement::with_binds(text, binds).quick()
}
