//! Deletes, and what undoes those that are soft.

use super::{Target, after, tell_known};
use crate::Result;
use crate::db::Value;
use crate::error::{Code, Error, Fault};
use crate::resource::context::Context;
use crate::resource::engine::{self, Both, Decode, Hold, Scope, Written};
use crate::resource::hooks::Change;
use crate::resource::meta::{Column, Meta, OnDelete};
use crate::resource::operation::Operation;

/// Deletes a row, or marks it as deleted where such rows stay.
///
/// # Errors
///
/// 409 `in_use` while other rows refer to it, with the fields that do, as far as the caller may know of them; those of
/// the hooks.
pub(in crate::resource) async fn delete(
    cx: &mut Context<'_>,
    target: Target,
    id: Value,
    scope: Scope,
    if_match: Option<&str>,
) -> Result<Written<()>> {
    // A statement that fails within a transaction of PostgreSQL's ends it, unless there is a savepoint.
    let is_alone = target.hooks.is_none() && if_match.is_none() && !cx.is_in_transaction();
    let deleted = if is_alone {
        let mut connection = cx.writer().await?;
        engine::delete(&mut connection, target.meta, id.clone(), scope).await
    } else {
        let mark = cx.begin().await?;
        let locked = delete_locked(cx, target, id.clone(), scope, if_match);
        let deleted = Box::pin(locked).await;
        cx.finish(mark, deleted).await
    };
    match deleted {
        Err(error) if error.code() == Code::InUse && error.faults().is_empty() => {
            Err(Box::pin(name_referrers(cx, target.meta, id, error)).await)
        }
        other => other,
    }
}

async fn delete_locked(
    cx: &mut Context<'_>,
    target: Target,
    id: Value,
    scope: Scope,
    if_match: Option<&str>,
) -> Result<Written<()>> {
    let hold = match target.meta.deleted_at() {
        Some(_) => Hold::Change,
        None => Hold::Delete,
    };
    let Some(current) = cx.lock_row(target, id.clone(), scope, hold).await? else {
        return Ok(Written::NoRow);
    };
    if if_match.is_some_and(|if_match| !current.tag.satisfies(if_match)) {
        return Ok(Written::Stale);
    }
    if let (Some(hooks), Some(row)) = (target.hooks, &current.row) {
        hooks.before_delete(cx, row).await?;
    }
    let connection = cx.connection().await?;
    let written = engine::delete(connection, target.meta, id, scope).await?;
    if let (Some(hooks), Some(row), Written::Done(())) = (target.hooks, current.row, written) {
        after(cx, hooks, Change::Deleted(row)).await?;
    }
    Ok(written)
}

/// Brings a row back that was deleted softly.
///
/// # Errors
///
/// 409 where a living row has taken a value that must be unique; those of the hooks.
pub(in crate::resource) async fn restore<D: Decode>(
    cx: &mut Context<'_>,
    target: Target,
    id: Value,
    scope: Scope,
    decode: D,
) -> Result<Written<D::Output>> {
    if target.hooks.is_none() && !cx.is_in_transaction() {
        let mut connection = cx.writer().await?;
        let written = engine::restore(&mut connection, target.meta, id, scope, decode).await;
        drop(connection);
        return tell_known(cx.role(), target.meta, written);
    }
    let mark = cx.begin().await?;
    let restored = async {
        let decode = Both::new(decode, target.hooks);
        let connection = cx.connection().await?;
        let written = engine::restore(connection, target.meta, id, scope, decode).await;
        Ok(match tell_known(cx.role(), target.meta, written)? {
            Written::Done((answer, row)) => {
                if let (Some(hooks), Some(row)) = (target.hooks, row) {
                    after(cx, hooks, Change::Restored(row)).await?;
                }
                Written::Done(answer)
            }
            Written::NoRow => Written::NoRow,
            Written::Stale => Written::Stale,
        })
    }
    .await;
    cx.finish(mark, restored).await
}

/// Says which fields refer to the row. The databases tell it each in its own way, or not at all, so it is looked up.
async fn name_referrers(
    cx: &mut Context<'_>,
    target: &'static Meta,
    id: Value,
    error: Error,
) -> Error {
    let mut faults = Vec::new();
    for (referrer, index) in referrers(cx, target) {
        let Ok(source) = cx.source().await else {
            continue;
        };
        let refers = engine::refers(source, referrer, index, id.clone()).await;
        if refers.unwrap_or_default() {
            let path = referrer.path.trim_matches('/').replace('/', ".");
            let field = format!("{path}.{}", referrer.columns[index].name);
            faults.push(Fault::new(field, "in_use", "refers to this row"));
        }
    }
    error.with_faults(faults)
}

/// The columns that hold a row of `target`, as far as the caller may list and read them.
fn referrers(cx: &Context<'_>, target: &'static Meta) -> Vec<(&'static Meta, usize)> {
    let (services, caller) = (cx.services(), cx.caller());
    let role = cx.role();
    let holds = |column: &Column| {
        column.references.is_some_and(|reference| {
            std::ptr::eq((reference.target)(), target) && reference.on_delete == OnDelete::Restrict
        })
    };
    let mut found = Vec::new();
    for meta in services.resources() {
        // Of rows that are not theirs to list, nothing is told.
        if !matches!(
            services.scope(meta, Operation::List, caller),
            Ok(Scope::All)
        ) {
            continue;
        }
        let columns = meta.columns.iter().enumerate();
        found.extend(
            columns
                .filter(|(_, column)| holds(column) && column.is_readable_by(role))
                .map(|(index, _)| (*meta, index)),
        );
    }
    found
}
