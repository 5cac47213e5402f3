//! The engine for code written by hand.

mod scoped;

use std::borrow::Cow;
use std::marker::PhantomData;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;

use crate::auth::{Account, Authenticator, CurrentUser};
use crate::telemetry::RequestId;
use crate::{Error, Result};

use super::Resource;
use super::access::Services;
use super::context::Context;
pub use scoped::ScopedRepository;

/// The rows of a resource, on the same engine as its endpoints, with the same hooks.
///
/// As an extractor it knows the caller and applies the resource's rules, row rules among them: what the caller may
/// not do over HTTP, code that acts for them may not do either. [`Repository::unguarded`] says where that is not wanted.
/// Each operation stands for itself; [`Repository::transaction`] binds several together.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Article { pub id: Uuid, #[field(default)] pub read: i64, pub title: String }
/// /// Counts a reader of an article that the caller may read, whoever may change it.
/// #[utoipa::path(post, path = "/articles/{id}/read", responses((status = 200, body = Article)))]
/// #[requires_role(authenticated)]
/// async fn read(articles: Repository<Article>, Path(id): Path<Uuid>) -> Result<Json<Article>> {
///     let article = articles.find(id).await?;
///     let changes = ArticleChanges {
///         read: Patch::Set(article.read + 1),
///         ..ArticleChanges::default()
///     };
///     articles.unguarded().update(id, changes).await.map(Json)
/// }
/// ```
///
/// # Errors
///
/// Every operation: 401 and 403 as the rule says, 503 while the database is out of reach.
pub struct Repository<T> {
    services: Services,
    caller: Option<CurrentUser>,
    request_id: Option<RequestId>,
    is_guarded: bool,
    resource: PhantomData<fn() -> T>,
}

impl<T> Clone for Repository<T> {
    fn clone(&self) -> Self {
        Self {
            services: self.services.clone(),
            caller: self.caller.clone(),
            request_id: self.request_id.clone(),
            is_guarded: self.is_guarded,
            resource: PhantomData,
        }
    }
}

impl<T: Resource> std::fmt::Debug for Repository<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Repository<{}>", T::meta().name)
    }
}

impl<T, S> FromRequestParts<S> for Repository<T>
where
    T: Resource,
    S: Send + Sync,
    Services: FromRef<S>,
    Authenticator: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let services = Services::from_ref(state);
        let caller = CurrentUser::of_request(parts, state).await?;
        Ok(Self {
            services,
            caller,
            request_id: parts.extensions.get().cloned(),
            is_guarded: true,
            resource: PhantomData,
        })
    }
}

impl<T: Resource> Repository<T> {
    /// A repository for code that acts for nobody, as a job does: without rules.
    pub fn new(services: &Services) -> Self {
        Self {
            services: services.clone(),
            caller: None,
            request_id: None,
            is_guarded: false,
            resource: PhantomData,
        }
    }

    /// A repository for code that acts in the place of an account, which owns what is created: without rules.
    pub fn for_account(services: &Services, account: &Account) -> Self {
        let caller = CurrentUser {
            id: account.id,
            email: account.email.clone(),
            role: services.roles().find(&account.role),
            session: uuid::Uuid::nil(),
            expires_at: chrono::DateTime::<chrono::Utc>::MAX_UTC,
        };
        Self {
            caller: Some(caller),
            ..Self::new(services)
        }
    }

    /// A repository for a test that acts as this account, with its rules or without.
    #[cfg(feature = "test-util")]
    pub(crate) fn acting(services: &Services, caller: CurrentUser, is_guarded: bool) -> Self {
        Self {
            caller: Some(caller),
            is_guarded,
            ..Self::new(services)
        }
    }

    /// The same rows without the caller's rules.
    #[must_use]
    pub fn unguarded(&self) -> Self {
        Self {
            is_guarded: false,
            ..self.clone()
        }
    }

    fn context(&self) -> Context<'_> {
        let services = Cow::Borrowed(&self.services);
        Context::new(services, self.caller.clone(), self.request_id.clone())
    }

    /// The row of this id.
    ///
    /// # Errors
    ///
    /// 404 where there is none that the caller may read.
    pub async fn find(&self, id: T::Id) -> Result<T> {
        self.on(&mut self.context()).find(id).await
    }

    /// The row of this id, if there is one that the caller may read.
    ///
    /// # Errors
    ///
    /// 401 and 403 as the rule for `get` says.
    pub async fn find_optional(&self, id: T::Id) -> Result<Option<T>> {
        self.on(&mut self.context()).find_optional(id).await
    }

    /// The first rows in the resource's default order, `limit` at most.
    ///
    /// # Errors
    ///
    /// 401 and 403 as the rule for `list` says.
    pub async fn list(&self, limit: u32) -> Result<Vec<T>> {
        self.on(&mut self.context()).list(limit).await
    }

    /// Inserts a row; the caller becomes its owner.
    ///
    /// # Errors
    ///
    /// 422 for a broken rule, 409 for a value that must be unique, 401 where the row needs an owner and nobody calls.
    pub async fn create(&self, new: T::New) -> Result<T> {
        self.on(&mut self.context()).create(new).await
    }

    /// Inserts rows in one statement, all or none; the caller becomes their owner.
    ///
    /// # Errors
    ///
    /// As of [`Repository::create`]; the faults have `items.` and the place of the row in front.
    pub async fn create_many(&self, new: Vec<T::New>) -> Result<Vec<T>> {
        self.on(&mut self.context()).create_many(new).await
    }

    /// Changes a row; without changes it is only read. JSON columns are replaced, not merged.
    ///
    /// # Errors
    ///
    /// 404 where there is none that the caller may read, 403 for one that they may not write, 422 and 409 as in
    /// [`Repository::create`].
    pub async fn update(&self, id: T::Id, changes: T::Changes) -> Result<T> {
        self.on(&mut self.context()).update(id, changes).await
    }

    /// Deletes a row, softly where the resource says so.
    ///
    /// # Errors
    ///
    /// 404 and 403 as in [`Repository::update`]; 409 `in_use` while other rows refer to it.
    pub async fn delete(&self, id: T::Id) -> Result<()> {
        self.on(&mut self.context()).delete(id).await
    }

    /// Runs `work` in a transaction, with the same caller: committed when it returns `Ok`, rolled back when it returns
    /// `Err` or is dropped. Of the rows, `cx.repository::<T>()` has those of any resource.
    ///
    /// ```no_run
    /// # use skeleton_runtime::prelude::*;
    /// # #[resource] pub struct Article { pub id: Uuid, pub title: String }
    /// async fn swap(articles: &Repository<Article>, one: Uuid, other: Uuid) -> Result<()> {
    ///     articles
    ///         .transaction(async |cx| {
    ///             let mut articles = cx.repository::<Article>();
    ///             let (first, second) = (articles.find(one).await?, articles.find(other).await?);
    ///             let title = |article: Article| ArticleChanges { title: Patch::Set(article.title) };
    ///             articles.update(one, title(second)).await?;
    ///             articles.update(other, title(first)).await?;
    ///             Ok(())
    ///         })
    ///         .await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// That of `work`; 503 when the database can't be reached; that of the commit.
    pub async fn transaction<R>(
        &self,
        work: impl AsyncFnOnce(&mut Context<'_>) -> Result<R>,
    ) -> Result<R> {
        let mut cx = self.context();
        let mark = cx.begin().await?;
        let result = work(&mut cx).await;
        cx.finish(mark, result).await
    }

    fn on<'c, 't>(&self, cx: &'c mut Context<'t>) -> ScopedRepository<'c, 't, T> {
        let rows = ScopedRepository::new(cx);
        if self.is_guarded {
            rows
        } else {
            rows.unguarded()
        }
    }
}
