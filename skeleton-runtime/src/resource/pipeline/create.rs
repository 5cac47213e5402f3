//! Creates.

use uuid::Uuid;

use super::{Content, Draft, Target, after, tell_known};
use crate::resource::context::Context;
use crate::resource::engine::{self, Both, Decode};
use crate::resource::hooks::Change;
use crate::resource::payload::Values;
use crate::{Error, Result};

/// Inserts a row, which belongs to the caller.
///
/// # Errors
///
/// 422 for a broken rule, 409 for a value that must be unique, 401 where the row needs an owner and nobody calls; those
/// of the hooks.
pub(in crate::resource) async fn create<D: Decode>(
    cx: &mut Context<'_>,
    target: Target,
    draft: Draft,
    owner: Option<Uuid>,
    decode: D,
) -> Result<D::Output> {
    match draft.content {
        Content::Values(values) if !cx.is_in_transaction() => {
            let mut connection = cx.writer().await?;
            let made = engine::insert(&mut connection, target.meta, values, owner, decode).await;
            drop(connection);
            tell_known(cx.role(), target.meta, made)
        }
        // A statement that fails within a transaction of PostgreSQL's ends it, unless there is a savepoint.
        _ => {
            let mark = cx.begin().await?;
            // Apart, as whatever is rarely awaited: all of a request's work is moved with it.
            let made = Box::pin(create_one(cx, target, draft, owner, decode)).await;
            cx.finish(mark, made).await
        }
    }
}

/// Inserts rows in one statement, all or none, in the order of the drafts.
///
/// # Errors
///
/// As of [`create`]; faults have `items.` and the place of the row in front.
pub(in crate::resource) async fn create_many<D: Decode>(
    cx: &mut Context<'_>,
    target: Target,
    drafts: Vec<Draft>,
    owner: Option<Uuid>,
    decode: D,
) -> Result<Vec<D::Output>> {
    let mark = cx.begin().await?;
    let made = create_all(cx, target, drafts, owner, decode).await;
    cx.finish(mark, made).await
}

async fn create_one<D: Decode>(
    cx: &mut Context<'_>,
    target: Target,
    draft: Draft,
    owner: Option<Uuid>,
    decode: D,
) -> Result<D::Output> {
    let values = before(cx, target, draft).await?;
    let decode = Both::new(decode, target.hooks);
    let connection = cx.connection().await?;
    let made = engine::insert(connection, target.meta, values, owner, decode).await;
    let (answer, row) = tell_known(cx.role(), target.meta, made)?;
    if let (Some(hooks), Some(row)) = (target.hooks, row) {
        after(cx, hooks, Change::Created(row)).await?;
    }
    Ok(answer)
}

async fn create_all<D: Decode>(
    cx: &mut Context<'_>,
    target: Target,
    drafts: Vec<Draft>,
    owner: Option<Uuid>,
    decode: D,
) -> Result<Vec<D::Output>> {
    let within = |place: usize| move |error: Error| error.within(&format!("items.{place}"));
    let mut rows = Vec::with_capacity(drafts.len());
    for (place, draft) in drafts.into_iter().enumerate() {
        rows.push(before(cx, target, draft).await.map_err(within(place))?);
    }
    let decode = Both::new(decode, target.hooks);
    let connection = cx.connection().await?;
    let made = engine::insert_many(connection, target.meta, rows, owner, decode).await;
    let made = tell_known(cx.role(), target.meta, made)?;
    let mut answers = Vec::with_capacity(made.len());
    for (place, (answer, row)) in made.into_iter().enumerate() {
        if let (Some(hooks), Some(row)) = (target.hooks, row) {
            let told = after(cx, hooks, Change::Created(row)).await;
            told.map_err(within(place))?;
        }
        answers.push(answer);
    }
    Ok(answers)
}

async fn before(cx: &mut Context<'_>, target: Target, draft: Draft) -> Result<Values> {
    match (draft.content, target.hooks) {
        (Content::Values(values), _) => Ok(values),
        (Content::Payload(new), Some(hooks)) => hooks.before_create(cx, new).await,
        (Content::Payload(_), None) => Err(Error::internal("a payload without hooks to read it")),
    }
}
