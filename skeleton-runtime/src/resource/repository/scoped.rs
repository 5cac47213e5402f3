//! The engine for code written by hand, within a transaction.

use std::marker::PhantomData;

use crate::resource::column::ColumnType;
use crate::resource::context::Context;
use crate::resource::engine::{self, ListRequest, Scope, Typed};
use crate::resource::meta::Meta;
use crate::resource::operation::Operation;
use crate::resource::payload::check_payload;
use crate::resource::pipeline::{self, Condition, Draft, Target};
use crate::resource::writes::done;
use crate::resource::{Direction, Resource};
use crate::{Error, Result};

/// The rows of a resource on the connection of a [`Context`], and so in its transaction: [`Context::repository`].
///
/// The operations are those of a [`Repository`](super::Repository).
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Article { pub id: Uuid, pub title: String }
///
/// async fn copy(cx: &mut Context<'_>, id: Uuid) -> Result<Article> {
///     let title = cx.repository::<Article>().find(id).await?.title;
///     cx.repository::<Article>().create(NewArticle { title }).await
/// }
/// ```
#[derive(Debug)]
pub struct ScopedRepository<'c, 't, T> {
    cx: &'c mut Context<'t>,
    is_guarded: bool,
    resource: PhantomData<fn() -> T>,
}

impl<'c, 't, T: Resource> ScopedRepository<'c, 't, T> {
    pub(in crate::resource) fn new(cx: &'c mut Context<'t>) -> Self {
        Self {
            cx,
            is_guarded: true,
            resource: PhantomData,
        }
    }

    /// The same rows without the caller's rules.
    #[must_use]
    pub fn unguarded(self) -> Self {
        Self {
            is_guarded: false,
            ..self
        }
    }

    fn meta() -> &'static Meta {
        T::meta()
    }

    fn scope(&self, operation: Operation) -> Result<Scope> {
        if !self.is_guarded {
            return Ok(Scope::All);
        }
        let services = self.cx.services();
        services.scope(Self::meta(), operation, self.cx.caller())
    }

    fn owner(&self) -> Option<uuid::Uuid> {
        self.cx.caller().map(|caller| caller.id)
    }

    /// As [`Repository::find`](super::Repository::find).
    ///
    /// # Errors
    ///
    /// 404 where there is none that the caller may read.
    pub async fn find(&mut self, id: T::Id) -> Result<T> {
        self.find_optional(id).await?.ok_or_else(Error::not_found)
    }

    /// As [`Repository::find_optional`](super::Repository::find_optional).
    ///
    /// # Errors
    ///
    /// 401 and 403 as the rule for `get` says.
    pub async fn find_optional(&mut self, id: T::Id) -> Result<Option<T>> {
        let scope = self.scope(Operation::Get)?;
        let source = self.cx.source().await?;
        engine::get(source, Self::meta(), id.into_value(), scope, Typed::new()).await
    }

    /// As [`Repository::list`](super::Repository::list).
    ///
    /// # Errors
    ///
    /// 401 and 403 as the rule for `list` says.
    pub async fn list(&mut self, limit: u32) -> Result<Vec<T>> {
        let scope = self.scope(Operation::List)?;
        let meta = Self::meta();
        let sort: &[(usize, Direction)] = meta.sort;
        let request = ListRequest {
            order: engine::order(meta, sort),
            limit,
            ..ListRequest::default()
        };
        let page =
            engine::list(self.cx.source().await?, meta, request, scope, Typed::new()).await?;
        Ok(page.rows)
    }

    /// As [`Repository::create`](super::Repository::create).
    ///
    /// # Errors
    ///
    /// 422 for a broken rule, 409 for a value that must be unique, 401 where the row needs an owner and nobody calls.
    pub async fn create(&mut self, new: T::New) -> Result<T> {
        self.scope(Operation::Create)?;
        let draft = Self::checked(new)?;
        let (target, owner) = (Target::of::<T>(), self.owner());
        pipeline::create(self.cx, target, draft, owner, Typed::new()).await
    }

    /// As [`Repository::create_many`](super::Repository::create_many).
    ///
    /// # Errors
    ///
    /// As of [`Repository::create`](super::Repository::create); the faults have `items.` and the place of the row in
    /// front.
    pub async fn create_many(&mut self, new: Vec<T::New>) -> Result<Vec<T>> {
        self.scope(Operation::Create)?;
        let mut drafts = Vec::with_capacity(new.len());
        for (place, new) in new.into_iter().enumerate() {
            let draft = Self::checked(new);
            drafts.push(draft.map_err(|error| error.within(&format!("items.{place}")))?);
        }
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let (target, owner) = (Target::of::<T>(), self.owner());
        pipeline::create_many(self.cx, target, drafts, owner, Typed::new()).await
    }

    fn checked(new: T::New) -> Result<Draft> {
        check_payload(Self::meta(), &new)?;
        Ok(Draft::of(new, Target::of::<T>()))
    }

    /// As [`Repository::update`](super::Repository::update).
    ///
    /// # Errors
    ///
    /// 404 where there is none that the caller may read, 403 for one that they may not write, 422 and 409 as in
    /// [`Repository::create`](super::Repository::create).
    pub async fn update(&mut self, id: T::Id, changes: T::Changes) -> Result<T> {
        let scope = self.scope(Operation::Update)?;
        let (meta, target) = (Self::meta(), Target::of::<T>());
        check_payload(meta, &changes)?;
        let draft = Draft::of(changes, target);
        let (id, condition) = (id.into_value(), Condition::default());
        let decode = Typed::new();
        let written =
            pipeline::update(self.cx, target, id.clone(), draft, scope, condition, decode).await?;
        done(self.cx, meta, Operation::Update, written, &id, scope).await
    }

    /// As [`Repository::delete`](super::Repository::delete).
    ///
    /// # Errors
    ///
    /// 404 and 403 as in [`Repository::update`](super::Repository::update); 409 `in_use` while other rows refer to it.
    pub async fn delete(&mut self, id: T::Id) -> Result<()> {
        let scope = self.scope(Operation::Delete)?;
        let (meta, id) = (Self::meta(), id.into_value());
        let target = Target::of::<T>();
        let written = pipeline::delete(self.cx, target, id.clone(), scope, None).await?;
        done(self.cx, meta, Operation::Delete, written, &id, scope).await
    }
}
