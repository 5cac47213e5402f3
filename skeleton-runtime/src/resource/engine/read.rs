//! One row by its id.

use std::borrow::Cow;

use super::{Decode, Plan, Scope};
use crate::Result;
use crate::db::{Db, Statement, Value};
use crate::resource::meta::Meta;

/// Reads one row; `None` where there is none within the scope.
pub(crate) async fn get<D: Decode>(
    db: &Db,
    meta: &'static Meta,
    id: Value,
    scope: Scope,
    mut decode: D,
) -> Result<Option<D::Output>> {
    let plan = Plan::of(meta);
    let statement = by_id(plan.get(&decode.shape(), scope != Scope::All), id, scope);
    let mut rows = db.fetch(statement, move |row| decode.decode(row)).await?;
    Ok(rows.pop())
}

/// Whether there is such a row within the scope.
pub(crate) async fn exists(db: &Db, meta: &'static Meta, id: Value, scope: Scope) -> Result<bool> {
    let text = Plan::of(meta).exists[usize::from(scope != Scope::All)].as_str();
    let rows = db.fetch(by_id(text, id, scope), |_| Ok(())).await?;
    Ok(!rows.is_empty())
}

/// A statement whose `$1` is the id and whose `$2` is the owner, where the scope has one.
pub(super) fn by_id(text: impl Into<Cow<'static, str>>, id: Value, scope: Scope) -> Statement {
    let mut binds = vec![id];
    if let Scope::OwnedBy(owner) = scope {
        binds.push(Value::Uuid(owner));
    }
    Statement::with_binds(text, binds)
}
