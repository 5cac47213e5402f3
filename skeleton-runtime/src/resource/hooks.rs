//! Code of a resource's own around its writes: the service layer.

use std::any::{Any, type_name};
use std::fmt::Debug;
use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::db::Row;
use crate::telemetry::fields;
use crate::{Error, Result};

use super::Resource;
use super::bounds::HookFuture;
use super::context::Context;
use super::payload::{Payload, Values, check_payload};

/// What happens before and after each write of a resource, over HTTP and through a [`Repository`](super::Repository)
/// alike: `#[resource(hooks = Newsroom)]`.
///
/// The order of a write: authenticate, role, parse, validate, begin, `before_*`, the statement with its row rules,
/// `after_*`, commit, `after_commit`. An error rolls everything back and becomes the answer. A replacement is an
/// update; a bulk create calls the hooks of a create for each of its rows. What is changed in `new` or `changes` is
/// validated once more.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # #[resource(hooks = Newsroom)]
/// # pub struct Article {
/// #     pub id: Uuid,
/// #     pub title: String,
/// #     #[field(read_only, default)]
/// #     pub slug: String,
/// # }
/// pub struct Newsroom;
///
/// impl Hooks<Article> for Newsroom {
///     async fn before_create(_: &mut Context<'_>, new: &mut NewArticle) -> Result<()> {
///         new.slug = new.title.to_lowercase().replace(' ', "-");
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no hooks for `{T}`",
    label = "needs `impl Hooks<{T}>`",
    note = "write `impl Hooks<{T}> for {Self} {{}}`, with the hooks that there are in the braces"
)]
pub trait Hooks<T: Resource>: Send + Sync + 'static {
    /// Before the INSERT; `new` may be changed, fields that no body has among them.
    ///
    /// # Errors
    ///
    /// Whatever is to be the answer.
    fn before_create(cx: &mut Context<'_>, new: &mut T::New) -> impl HookFuture + Send {
        let _ = (cx, new);
        ready(Ok(()))
    }

    /// Before the UPDATE. `row` is as it stands, locked; `changes` may be changed; JSON columns have what a Merge Patch
    /// makes of them.
    ///
    /// # Errors
    ///
    /// Whatever is to be the answer.
    fn before_update(
        cx: &mut Context<'_>,
        row: &T,
        changes: &mut T::Changes,
    ) -> impl HookFuture + Send {
        let _ = (cx, row, changes);
        ready(Ok(()))
    }

    /// Before the DELETE, or before the mark of a soft delete. The row is locked.
    ///
    /// # Errors
    ///
    /// Whatever is to be the answer.
    fn before_delete(cx: &mut Context<'_>, row: &T) -> impl HookFuture + Send {
        let _ = (cx, row);
        ready(Ok(()))
    }

    /// After the INSERT, in its transaction.
    ///
    /// # Errors
    ///
    /// Whatever is to be the answer.
    fn after_create(cx: &mut Context<'_>, row: &T) -> impl HookFuture + Send {
        let _ = (cx, row);
        ready(Ok(()))
    }

    /// After the UPDATE, in its transaction.
    ///
    /// # Errors
    ///
    /// Whatever is to be the answer.
    fn after_update(cx: &mut Context<'_>, before: &T, row: &T) -> impl HookFuture + Send {
        let _ = (cx, before, row);
        ready(Ok(()))
    }

    /// After the DELETE, in its transaction; `row` is as it was.
    ///
    /// # Errors
    ///
    /// Whatever is to be the answer.
    fn after_delete(cx: &mut Context<'_>, row: &T) -> impl HookFuture + Send {
        let _ = (cx, row);
        ready(Ok(()))
    }

    /// After a soft-deleted row came back, in the transaction of that.
    ///
    /// # Errors
    ///
    /// Whatever is to be the answer.
    fn after_restore(cx: &mut Context<'_>, row: &T) -> impl HookFuture + Send {
        let _ = (cx, row);
        ready(Ok(()))
    }

    /// After the commit and before the answer, for what can't be rolled back: a mail, a message. The context has no
    /// connection any more, and takes a new one where it is asked for one. It is called at most once for each change:
    /// also where the client hung up meanwhile or the request's deadline passed, and not at all where the process ends
    /// in between.
    ///
    /// # Errors
    ///
    /// They are logged, as panics are; the write is done, and the answer says so.
    fn after_commit(cx: &mut Context<'_>, change: &Change<T>) -> impl HookFuture + Send {
        let _ = (cx, change);
        ready(Ok(()))
    }
}

/// What was done to a row.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Article { pub id: Uuid, pub title: String }
///
/// fn told(change: &Change<Article>) -> String {
///     match change {
///         Change::Created(row) => format!("{} is new", row.title),
///         Change::Updated { before, row } => format!("{} is {} now", before.title, row.title),
///         Change::Deleted(row) => format!("{} is gone", row.title),
///         Change::Restored(row) => format!("{} is back", row.title),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<T> {
    /// The row is new.
    Created(T),
    /// The row was changed.
    Updated {
        /// As it was.
        before: T,
        /// As it is.
        row: T,
    },
    /// The row is gone, or marked as deleted; as it was.
    Deleted(T),
    /// The row came back from a soft delete.
    Restored(T),
}

/// A row, a payload or a change of a resource whose type is known to its hooks alone.
#[doc(hidden)]
pub type Erased = Box<dyn Any + Send + Sync>;

/// [`Hooks`] without their types, so that the way of a write is compiled once.
#[doc(hidden)]
pub trait AnyHooks: Debug + Send + Sync {
    /// Reads a row that has all columns.
    ///
    /// # Errors
    ///
    /// When the database holds a value that the field's type can't.
    fn read(&self, row: &Row<'_>) -> diesel::deserialize::Result<Erased>;

    /// [`Hooks::before_create`], and what is to be written then.
    fn before_create<'a>(
        &'a self,
        cx: &'a mut Context<'_>,
        new: Box<dyn Any + Send>,
    ) -> BoxFuture<'a, Result<Values>>;

    /// [`Hooks::before_update`], and what is to be written then.
    fn before_update<'a>(
        &'a self,
        cx: &'a mut Context<'_>,
        row: &'a Erased,
        changes: Box<dyn Any + Send>,
    ) -> BoxFuture<'a, Result<Values>>;

    /// [`Hooks::before_delete`].
    fn before_delete<'a>(
        &'a self,
        cx: &'a mut Context<'_>,
        row: &'a Erased,
    ) -> BoxFuture<'a, Result<()>>;

    /// The hook after a write.
    fn after<'a>(
        &'a self,
        cx: &'a mut Context<'_>,
        change: &'a Change<Erased>,
    ) -> BoxFuture<'a, Result<()>>;

    /// [`Hooks::after_commit`].
    fn after_commit<'a>(
        &'a self,
        cx: &'a mut Context<'_>,
        change: Change<Erased>,
    ) -> BoxFuture<'a, Result<()>>;
}

/// The hooks `H` of the resource `T`, without their types.
#[doc(hidden)]
pub struct Hooked<T, H>(PhantomData<fn() -> (T, H)>);

impl<T, H> Hooked<T, H> {
    /// There is nothing to it but its types.
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T, H> Debug for Hooked<T, H> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(std::any::type_name::<H>())
    }
}

impl<T: Resource, H: Hooks<T>> AnyHooks for Hooked<T, H> {
    fn read(&self, row: &Row<'_>) -> diesel::deserialize::Result<Erased> {
        Ok(Box::new(T::from_row(row)?))
    }

    fn before_create<'a>(
        &'a self,
        cx: &'a mut Context<'_>,
        new: Box<dyn Any + Send>,
    ) -> BoxFuture<'a, Result<Values>> {
        async move {
            let mut new = *new.downcast::<T::New>().map_err(|_| foreign())?;
            traced::<T, _>("before_create", H::before_create(cx, &mut new)).await?;
            values::<T, _>(new)
        }
        .boxed()
    }

    fn before_update<'a>(
        &'a self,
        cx: &'a mut Context<'_>,
        row: &'a Erased,
        changes: Box<dyn Any + Send>,
    ) -> BoxFuture<'a, Result<Values>> {
        async move {
            let mut changes = *changes.downcast::<T::Changes>().map_err(|_| foreign())?;
            let hook = H::before_update(cx, typed::<T>(row)?, &mut changes);
            traced::<T, _>("before_update", hook).await?;
            values::<T, _>(changes)
        }
        .boxed()
    }

    fn before_delete<'a>(
        &'a self,
        cx: &'a mut Context<'_>,
        row: &'a Erased,
    ) -> BoxFuture<'a, Result<()>> {
        async move {
            let hook = H::before_delete(cx, typed::<T>(row)?);
            traced::<T, _>("before_delete", hook).await
        }
        .boxed()
    }

    fn after<'a>(
        &'a self,
        cx: &'a mut Context<'_>,
        change: &'a Change<Erased>,
    ) -> BoxFuture<'a, Result<()>> {
        async move {
            match change {
                Change::Created(row) => {
                    let hook = H::after_create(cx, typed::<T>(row)?);
                    traced::<T, _>("after_create", hook).await
                }
                Change::Updated { before, row } => {
                    let hook = H::after_update(cx, typed::<T>(before)?, typed::<T>(row)?);
                    traced::<T, _>("after_update", hook).await
                }
                Change::Deleted(row) => {
                    let hook = H::after_delete(cx, typed::<T>(row)?);
                    traced::<T, _>("after_delete", hook).await
                }
                Change::Restored(row) => {
                    let hook = H::after_restore(cx, typed::<T>(row)?);
                    traced::<T, _>("after_restore", hook).await
                }
            }
        }
        .boxed()
    }

    fn after_commit<'a>(
        &'a self,
        cx: &'a mut Context<'_>,
        change: Change<Erased>,
    ) -> BoxFuture<'a, Result<()>> {
        async move {
            let owned = |row: Erased| row.downcast::<T>().map(|row| *row).map_err(|_| foreign());
            let change = match change {
                Change::Created(row) => Change::Created(owned(row)?),
                Change::Updated { before, row } => Change::Updated {
                    before: owned(before)?,
                    row: owned(row)?,
                },
                Change::Deleted(row) => Change::Deleted(owned(row)?),
                Change::Restored(row) => Change::Restored(owned(row)?),
            };
            traced::<T, _>("after_commit", H::after_commit(cx, &change)).await
        }
        .boxed()
    }
}

/// Runs a hook within a span of its own, unless it is one of the trait's, which do nothing.
async fn traced<T: Resource, F>(name: &'static str, hook: F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    // The name of a type says enough to leave a span out, or to have one too many.
    if type_name::<F>() == type_name::<Ready<Result<()>>>() {
        return hook.await;
    }
    let span = span(name, T::meta().name);
    let outcome = hook.instrument(span.clone()).await;
    if let Err(error) = &outcome {
        span.record(fields::ERROR_TYPE, error.code().as_str());
    }
    outcome
}

fn span(hook: &'static str, resource: &'static str) -> Span {
    tracing::debug_span!(
        fields::HOOK,
        { fields::OTEL_NAME } = %format_args!("hook {hook} {resource}"),
        { fields::HOOK } = hook,
        { fields::RESOURCE } = resource,
        { fields::ERROR_TYPE } = Empty,
    )
}

fn typed<T: Resource>(row: &Erased) -> Result<&T> {
    // Not `row.is::<T>()` on the box itself, which is `Any` too.
    (**row).downcast_ref::<T>().ok_or_else(foreign)
}

fn values<T: Resource, P: Payload>(payload: P) -> Result<Values> {
    check_payload(T::meta(), &payload)?;
    let mut values = Values::default();
    payload.into_values(&mut values);
    Ok(values)
}

/// Only a fault of the kit itself leads here.
fn foreign() -> Error {
    Error::internal("a hook was given a value of another resource")
}

/// A change that is to be told once it is committed.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) hooks: &'static dyn AnyHooks,
    pub(super) change: Change<Erased>,
}

impl Pending {
    /// A failure or a panic undoes nothing, and keeps nothing else from being told.
    pub(super) async fn tell(self, cx: &mut Context<'_>) {
        let hooks = self.hooks;
        let told = AssertUnwindSafe(hooks.after_commit(cx, self.change)).catch_unwind();
        match told.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                let cause = std::error::Error::source(&error);
                tracing::error!(?hooks, %error, cause, "a hook failed after the commit");
            }
            Err(_) => tracing::error!(?hooks, "a hook panicked after the commit"),
        }
    }
}
