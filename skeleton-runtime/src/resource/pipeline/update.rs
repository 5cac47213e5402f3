//! Updates and replacements.

use serde_json::Value as JsonValue;

use super::{Content, Draft, Target, after, tell_known};
use crate::db::Value;
use crate::resource::context::Context;
use crate::resource::engine::{self, Both, Decode, Hold, Scope, Written};
use crate::resource::hooks::{Change, Erased};
use crate::resource::payload::Values;
use crate::{Error, Result};

/// Reads a body once more, with the JSON that its patches are to be merged into.
pub(in crate::resource) type Merge<'a> = dyn Fn(&[(usize, JsonValue)]) -> Result<Draft> + Sync + 'a;

/// What a write by id asks of the row, beside that it is there.
#[derive(Clone, Copy, Default)]
pub(in crate::resource) struct Condition<'a> {
    /// `If-Match`.
    pub(in crate::resource) if_match: Option<&'a str>,
    /// For bodies with patches of stored JSON (RFC 7396).
    pub(in crate::resource) merge: Option<&'a Merge<'a>>,
}

/// Updates a row; without changes it is only read.
///
/// # Errors
///
/// 422 for a broken rule, 409 for a value that must be unique; those of the hooks.
pub(in crate::resource) async fn update<D: Decode>(
    cx: &mut Context<'_>,
    target: Target,
    id: Value,
    draft: Draft,
    scope: Scope,
    condition: Condition<'_>,
    decode: D,
) -> Result<Written<D::Output>> {
    let values = match draft {
        Draft {
            content: Content::Values(values),
            is_patch: false,
        } if condition.if_match.is_none() => values,
        draft => {
            let mark = cx.begin().await?;
            let locked = update_locked(cx, target, id, draft, scope, condition, decode);
            let written = Box::pin(locked).await;
            return cx.finish(mark, written).await;
        }
    };
    if values.is_empty() {
        let row = engine::get(cx.source().await?, target.meta, id, scope, decode).await?;
        return Ok(row.map_or(Written::NoRow, Written::Done));
    }
    if !cx.is_in_transaction() {
        let mut connection = cx.writer().await?;
        let written = engine::update(&mut connection, target.meta, id, values, scope, decode).await;
        drop(connection);
        return tell_known(cx.role(), target.meta, written);
    }
    // A statement that fails within a transaction of PostgreSQL's ends it, unless there is a savepoint.
    let mark = cx.begin().await?;
    let connection = cx.connection().await?;
    let written = engine::update(connection, target.meta, id, values, scope, decode).await;
    let written = tell_known(cx.role(), target.meta, written);
    cx.finish(mark, written).await
}

/// The row is locked, looked at and written in one transaction, so of any number of writers with one tag exactly one
/// wins.
async fn update_locked<D: Decode>(
    cx: &mut Context<'_>,
    target: Target,
    id: Value,
    draft: Draft,
    scope: Scope,
    condition: Condition<'_>,
    decode: D,
) -> Result<Written<D::Output>> {
    let (meta, hooks) = (target.meta, target.hooks);
    let locked = cx.lock_row(target, id.clone(), scope, Hold::Change);
    let Some(current) = locked.await? else {
        return Ok(Written::NoRow);
    };
    if let Some(if_match) = condition.if_match
        && !current.tag.satisfies(if_match)
    {
        return Ok(Written::Stale);
    }
    let draft = match condition.merge {
        Some(merge) if draft.is_patch => merge(&current.json)?,
        _ => draft,
    };
    let values = before(cx, target, current.row.as_ref(), draft).await?;
    if values.is_empty() {
        let row = engine::get(cx.source().await?, meta, id, scope, decode).await?;
        return Ok(row.map_or(Written::NoRow, Written::Done));
    }
    let decode = Both::new(decode, hooks);
    let connection = cx.connection().await?;
    let written = engine::update(connection, meta, id, values, scope, decode).await;
    let written = tell_known(cx.role(), meta, written)?;
    let (answer, row) = match written {
        Written::Done(row) => row,
        Written::NoRow => return Ok(Written::NoRow),
        Written::Stale => return Ok(Written::Stale),
    };
    if let (Some(hooks), Some(before), Some(row)) = (hooks, current.row, row) {
        after(cx, hooks, Change::Updated { before, row }).await?;
    }
    Ok(Written::Done(answer))
}

async fn before(
    cx: &mut Context<'_>,
    target: Target,
    row: Option<&Erased>,
    draft: Draft,
) -> Result<Values> {
    match (draft.content, target.hooks, row) {
        (Content::Values(values), ..) => Ok(values),
        (Content::Payload(changes), Some(hooks), Some(row)) => {
            hooks.before_update(cx, row, changes).await
        }
        _ => Err(Error::internal("a payload without hooks to read it")),
    }
}
