//! What code of the user's own works with while a request is served: the caller, the connection, the settings.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{FromRef, FromRequestParts};
use axum::http::Extensions;
use axum::http::request::Parts;
use diesel_async::TransactionManager as _;

use crate::auth::{Authenticator, CurrentUser, RoleRef};
use crate::config::Config;
use crate::db::{AnyTransactionManager, Connection, Db, Value};
use crate::telemetry::RequestId;
use crate::{Error, Result};

use super::Resource;
use super::access::Services;
use super::engine::{self, Current, Hold, Scope, Source};
use super::hooks::Pending;
use super::persistent::Persistent;
use super::pipeline::Target;
use super::repository::ScopedRepository;

/// Who is calling, and the connection that a piece of work runs on.
///
/// Hooks are given one whose connection is in the transaction of the write. As an extractor it begins without a
/// connection; [`Context::transaction`] opens a transaction, [`Context::connection`] takes a connection alone.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Article { pub id: Uuid, pub title: String }
/// async fn retitle(cx: &mut Context<'_>, id: Uuid) -> Result<Article> {
///     cx.transaction(async |cx| {
///         let article = cx.repository::<Article>().find(id).await?;
///         let title = Patch::Set(article.title.to_uppercase());
///         cx.repository::<Article>().update(id, ArticleChanges { title }).await
///     })
///     .await
/// }
/// ```
#[derive(Debug)]
pub struct Context<'t> {
    services: Cow<'t, Services>,
    caller: Option<CurrentUser>,
    request_id: Option<RequestId>,
    connection: Option<Connection>,
    /// For each of the open transactions, one within the other, how much was to be told when it began.
    open: Vec<usize>,
    /// The outermost of them whose work was dropped before its end, or [`NONE`].
    abandoned: Arc<AtomicUsize>,
    /// What is to be told once all is committed.
    pending: Vec<Pending>,
    extensions: Extensions,
}

const NONE: usize = usize::MAX;

impl<'t> Context<'t> {
    pub(super) fn new(
        services: Cow<'t, Services>,
        caller: Option<CurrentUser>,
        request_id: Option<RequestId>,
    ) -> Self {
        Self {
            services,
            caller,
            request_id,
            connection: None,
            open: Vec::new(),
            abandoned: Arc::new(AtomicUsize::new(NONE)),
            pending: Vec::new(),
            extensions: Extensions::new(),
        }
    }

    /// The caller; `None` for a request without a token, and for work that nobody asked for.
    pub fn caller(&self) -> Option<&CurrentUser> {
        self.caller.as_ref()
    }

    pub(super) fn role(&self) -> Option<RoleRef> {
        self.caller.as_ref().and_then(|caller| caller.role)
    }

    /// The settings of the service.
    pub fn config(&self) -> &Config {
        self.services.config()
    }

    /// The id of the request, as in `x-request-id`; `None` for work that no request asked for.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_ref().map(RequestId::as_str)
    }

    /// Who knows the accounts and their sessions.
    pub(crate) fn authenticator(&self) -> &Authenticator {
        &self.services.authenticator
    }

    /// The database, for a connection outside of the transaction: what is written there stays, whatever becomes of
    /// the transaction. On SQLite a write there waits for the transaction itself, until it is a 503.
    pub fn db(&self) -> &Db {
        self.services.db()
    }

    /// A place for what one hook leaves for the next, by its type; a bulk create has one context for all of its rows.
    pub fn extensions(&mut self) -> &mut Extensions {
        &mut self.extensions
    }

    pub(super) fn services(&self) -> &Services {
        &self.services
    }

    /// The connection, for free queries: within a transaction the transaction's, else one that is kept until this
    /// context goes. On SQLite it is the only one that writes.
    ///
    /// # Errors
    ///
    /// 503 when none gets free in time, or the database can't be reached.
    pub async fn connection(&mut self) -> Result<&mut Connection> {
        self.settle().await?;
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.services.db().write().await?,
        };
        Ok(self.connection.insert(connection))
    }

    /// The rows of a resource, with the caller's rules, read and written on this context's connection: within a
    /// transaction, in the transaction.
    pub fn repository<T: Resource>(&mut self) -> ScopedRepository<'_, 't, T> {
        ScopedRepository::new(self)
    }

    /// Runs `work` in a transaction: committed when it returns `Ok`, rolled back when it returns `Err` or is dropped.
    /// Within another one it is a savepoint.
    ///
    /// # Errors
    ///
    /// That of `work`; 503 when the database can't be reached; that of the commit.
    pub async fn transaction<R>(
        &mut self,
        work: impl AsyncFnOnce(&mut Context<'_>) -> Result<R>,
    ) -> Result<R> {
        let mark = self.begin().await?;
        let result = work(self).await;
        self.finish(mark, result).await
    }

    /// Waits until no other transaction holds the lock of this name, and holds it to the end of the transaction: for
    /// what must be looked up and then written, with nobody in between. On SQLite a transaction is alone anyway.
    ///
    /// # Errors
    ///
    /// 500 outside of a transaction; 503 when the database can't be reached.
    pub async fn lock(&mut self, name: &str) -> Result<()> {
        self.settle().await?;
        if !self.is_in_transaction() {
            return Err(Error::internal(
                "a lock lasts as long as its transaction, and there is none: call it within `cx.transaction(…)`",
            ));
        }
        engine::lock_name(self.connection().await?, name).await
    }

    /// Begins a transaction, or a savepoint within one; [`Context::finish`] ends it. Where the mark is dropped before
    /// that, it is rolled back before anything else happens.
    pub(super) async fn begin(&mut self) -> Result<Mark> {
        let begun = AnyTransactionManager::begin_transaction(self.connection().await?).await;
        if begun.is_err() && self.open.is_empty() {
            self.connection = None;
        }
        begun?;
        let place = self.open.len();
        self.open.push(self.pending.len());
        Ok(Mark {
            place,
            is_over: false,
            abandoned: self.abandoned.clone(),
        })
    }

    /// Commits after `Ok` and rolls back after `Err`. With the outermost transaction the connection goes back to the
    /// pool, and what is to be told of the commit is told.
    pub(super) async fn finish<R>(&mut self, mut mark: Mark, result: Result<R>) -> Result<R> {
        let settled = self.settle().await;
        mark.is_over = true;
        let told_before = self.open.get(mark.place).copied().unwrap_or_default();
        self.open.truncate(mark.place);
        let result = match (settled.and(result), mark.place) {
            (Ok(value), 0) => self.commit().await.map(|()| value),
            (Err(error), 0) => match self.connection.take() {
                Some(mut connection) => Err(connection.rolled_back(error).await),
                None => Err(error),
            },
            (Ok(value), _) => AnyTransactionManager::commit_transaction(self.connection().await?)
                .await
                .map(|()| value)
                .map_err(Error::from),
            (Err(error), _) => Err(self.connection().await?.rolled_back(error).await),
        };
        if result.is_err() {
            self.pending.truncate(told_before);
        }
        result
    }

    /// Commits the outermost transaction, gives the connection back, and tells what is to be told.
    ///
    /// A request that ends meanwhile (its client hung up, its deadline passed) does not keep from being told what was
    /// committed.
    async fn commit(&mut self) -> Result<()> {
        let Some(mut connection) = self.connection.take() else {
            return Err(Error::internal("a transaction without its connection"));
        };
        if self.pending.is_empty() {
            return Ok(AnyTransactionManager::commit_transaction(&mut connection).await?);
        }
        let mut cx = Context::new(
            Cow::Owned(self.services.as_ref().clone()),
            self.caller.clone(),
            self.request_id.clone(),
        );
        cx.extensions = std::mem::take(&mut self.extensions);
        let pending = std::mem::take(&mut self.pending);
        self.extensions = Persistent::new(commit_and_tell(connection, cx, pending)).await?;
        Ok(())
    }

    /// Rolls back what was dropped before its end.
    async fn settle(&mut self) -> Result<()> {
        let place = self.abandoned.swap(NONE, Ordering::Relaxed);
        while self.open.len() > place {
            self.pending.truncate(self.open.pop().unwrap_or_default());
            if self.open.is_empty() {
                // A connection with an open transaction is closed, which rolls back.
                self.connection = None;
            } else if let Some(connection) = &mut self.connection {
                AnyTransactionManager::rollback_transaction(connection).await?;
            }
        }
        Ok(())
    }

    pub(super) fn is_in_transaction(&self) -> bool {
        !self.open.is_empty()
    }

    /// Locks a row to the end of the transaction; `None` where there is none within the scope.
    pub(super) async fn lock_row(
        &mut self,
        target: Target,
        id: Value,
        scope: Scope,
        hold: Hold,
    ) -> Result<Option<Current>> {
        let key = self.services.tags.clone();
        let connection = self.connection().await?;
        let (meta, hooks) = (target.meta, target.hooks);
        engine::lock(connection, meta, id, scope, (key, hold), hooks).await
    }

    /// Adds what is to be told after the commit.
    pub(super) fn after_commit(&mut self, pending: Pending) {
        self.pending.push(pending);
    }

    /// Where to read: in the transaction, where there is one.
    pub(super) async fn source(&mut self) -> Result<Source<'_>> {
        self.settle().await?;
        Ok(match &mut self.connection {
            Some(connection) => Source::Connection(connection),
            None => Source::Pool(self.services.db()),
        })
    }

    /// A connection for one statement: the one that is held, else one that goes back to the pool at once.
    pub(super) async fn writer(&mut self) -> Result<Lent<'_>> {
        self.settle().await?;
        match &mut self.connection {
            Some(connection) => Ok(Lent::Held(connection)),
            None => self.services.db().write_once().await.map(Lent::Own),
        }
    }
}

/// Gives back what hooks left for each other.
async fn commit_and_tell(
    mut connection: Connection,
    mut cx: Context<'static>,
    pending: Vec<Pending>,
) -> Result<Extensions> {
    AnyTransactionManager::commit_transaction(&mut connection).await?;
    drop(connection);
    for pending in pending {
        pending.tell(&mut cx).await;
    }
    Ok(cx.extensions)
}

/// A transaction that has begun.
#[derive(Debug)]
pub(super) struct Mark {
    /// How many are around it.
    place: usize,
    is_over: bool,
    abandoned: Arc<AtomicUsize>,
}

impl Drop for Mark {
    fn drop(&mut self) {
        if !self.is_over {
            self.abandoned.fetch_min(self.place, Ordering::Relaxed);
        }
    }
}

/// A connection for one statement.
pub(super) enum Lent<'a> {
    Held(&'a mut Connection),
    Own(Connection),
}

impl Deref for Lent<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Self::Held(connection) => connection,
            Self::Own(connection) => connection,
        }
    }
}

impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        match self {
            Self::Held(connection) => connection,
            Self::Own(connection) => connection,
        }
    }
}

impl<S> FromRequestParts<S> for Context<'static>
where
    S: Send + Sync,
    Services: FromRef<S>,
    Authenticator: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let caller = CurrentUser::of_request(parts, state).await?;
        let services = Cow::Owned(Services::from_ref(state));
        let request_id = parts.extensions.get().cloned();
        Ok(Self::new(services, caller, request_id))
    }
}
