//! The engine for code written by hand.

use std::marker::PhantomData;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;

use crate::auth::{Authenticator, CurrentUser};
use crate::db::Value;
use crate::{Error, Result};

use super::access::Services;
use super::column::ColumnType;
use super::engine::{self, ListRequest, Scope, Typed, Written};
use super::handlers::refusal;
use super::meta::{Meta, Operation};
use super::payload::{Payload, Values, check_payload};
use super::{Direction, Resource};

/// The rows of a resource, on the same engine as its endpoints.
///
/// As an extractor it knows the caller and applies the resource's rules, row rules among them: what the caller may
/// not do over HTTP, code that acts for them may not do either. [`Repository::unguarded`] says where that is not wanted.
///
/// # Errors
///
/// Every operation: 401 and 403 as the rule says, 503 while the database is out of reach.
pub struct Repository<T> {
    services: Services,
    caller: Option<CurrentUser>,
    is_guarded: bool,
    resource: PhantomData<fn() -> T>,
}

impl<T> Clone for Repository<T> {
    fn clone(&self) -> Self {
        Self {
            services: self.services.clone(),
            caller: self.caller.clone(),
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
            is_guarded: false,
            resource: PhantomData,
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

    fn meta() -> &'static Meta {
        T::meta()
    }

    fn scope(&self, operation: Operation) -> Result<Scope> {
        if !self.is_guarded {
            return Ok(Scope::All);
        }
        self.services
            .scope(Self::meta(), operation, self.caller.as_ref())
    }

    /// The row of this id.
    ///
    /// # Errors
    ///
    /// 404 where there is none that the caller may read.
    pub async fn find(&self, id: T::Id) -> Result<T> {
        self.find_optional(id).await?.ok_or_else(Error::not_found)
    }

    /// The row of this id, if there is one that the caller may read.
    ///
    /// # Errors
    ///
    /// 401 and 403 as the rule for `get` says.
    pub async fn find_optional(&self, id: T::Id) -> Result<Option<T>> {
        let scope = self.scope(Operation::Get)?;
        engine::get(
            &self.services.db,
            Self::meta(),
            id.into_value(),
            scope,
            Typed::<T>::new(),
        )
        .await
    }

    /// The first rows in the resource's default order, `limit` at most.
    ///
    /// # Errors
    ///
    /// 401 and 403 as the rule for `list` says.
    pub async fn list(&self, limit: u32) -> Result<Vec<T>> {
        let scope = self.scope(Operation::List)?;
        let meta = Self::meta();
        let sort: &[(usize, Direction)] = meta.sort;
        let request = ListRequest {
            order: engine::order(meta, sort),
            limit,
            ..ListRequest::default()
        };
        let page = engine::list(&self.services.db, meta, request, scope, Typed::<T>::new()).await?;
        Ok(page.rows)
    }

    /// Inserts a row; the caller becomes its owner.
    ///
    /// # Errors
    ///
    /// 422 for a broken rule, 409 for a value that must be unique, 401 where the row needs an owner and nobody calls.
    pub async fn create(&self, new: T::New) -> Result<T> {
        self.scope(Operation::Create)?;
        check_payload(Self::meta(), &new)?;
        let mut values = Values::default();
        new.into_values(&mut values);
        let caller = self.caller.as_ref().map(|caller| caller.id);
        let mut connection = self.services.db.write().await?;
        engine::insert(
            &mut connection,
            Self::meta(),
            values,
            caller,
            Typed::<T>::new(),
        )
        .await
    }

    /// Changes a row; without changes it is only read.
    ///
    /// # Errors
    ///
    /// 404 where there is none that the caller may read, 403 for one that they may not write, 422 and 409 as in
    /// [`Repository::create`].
    pub async fn update(&self, id: T::Id, changes: T::Changes) -> Result<T> {
        let scope = self.scope(Operation::Update)?;
        let meta = Self::meta();
        check_payload(meta, &changes)?;
        let mut values = Values::default();
        changes.into_values(&mut values);
        let id = id.into_value();
        let written = if values.is_empty() {
            let row = engine::get(
                &self.services.db,
                meta,
                id.clone(),
                scope,
                Typed::<T>::new(),
            )
            .await?;
            row.map_or(Written::NoRow, Written::Done)
        } else {
            let mut connection = self.services.db.write().await?;
            engine::update(
                &mut connection,
                meta,
                id.clone(),
                values,
                scope,
                Typed::<T>::new(),
            )
            .await?
        };
        self.done(written, Operation::Update, id, scope).await
    }

    /// Deletes a row.
    ///
    /// # Errors
    ///
    /// 404 and 403 as in [`Repository::update`]; 409 `in_use` while other rows refer to it.
    pub async fn delete(&self, id: T::Id) -> Result<()> {
        let scope = self.scope(Operation::Delete)?;
        let id = id.into_value();
        let mut connection = self.services.db.write().await?;
        let written = engine::delete(&mut connection, Self::meta(), id.clone(), scope).await?;
        drop(connection);
        self.done(written, Operation::Delete, id, scope).await
    }

    async fn done<R>(
        &self,
        written: Written<R>,
        operation: Operation,
        id: Value,
        scope: Scope,
    ) -> Result<R> {
        match written {
            Written::Done(row) => Ok(row),
            Written::NoRow | Written::Stale => {
                let caller = self.caller.as_ref();
                Err(refusal(&self.services, Self::meta(), operation, id, scope, caller).await)
            }
        }
    }
}
