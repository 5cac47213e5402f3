//! Who may do what with a resource: its own rules, else the defaults of the application's roles.

use std::sync::Arc;

use axum::extract::FromRef;
use axum::http::HeaderMap;

use crate::Result;
use crate::auth::{
    Authenticator, Caller, CurrentUser, Decision, Role, RoleRef, RoleSet as _, Roles, Rule, Term,
};
use crate::config::Config;
use crate::db::Db;

use super::engine::{CursorKey, Plan, Scope, TagKey};
use super::idempotency::{self, Running};
use super::meta::{Kept, Meta};
use super::operation::Operation;

/// What the endpoints of all resources share. Cheap to clone.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Article { pub id: Uuid, pub title: String }
///
/// // A job acts for nobody, so no rules bind it.
/// async fn job(state: AppState) -> Result<usize> {
///     let articles = Repository::<Article>::new(state.services());
///     Ok(articles.list(100).await?.len())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Services {
    pub(super) db: Db,
    pub(super) authenticator: Authenticator,
    pub(super) cursors: CursorKey,
    pub(super) tags: TagKey,
    pub(super) running: Running,
    config: Arc<Config>,
    access: Arc<Access>,
}

/// The rules of an application's resources.
#[doc(hidden)]
#[derive(Debug)]
pub struct Access {
    roles: &'static Roles,
    /// By [`Operation`], for resources without rules of their own.
    defaults: [Rule; 8],
    /// The resources of the application.
    resources: Vec<&'static Meta>,
}

impl Access {
    /// The rules of these resources, in an application with these roles.
    pub fn new(roles: &'static Roles, resources: Vec<&'static Meta>) -> Self {
        Self {
            roles,
            defaults: default_rules(roles),
            resources,
        }
    }

    /// Who may do `operation` with the resource.
    pub fn rule(&self, meta: &Meta, operation: Operation) -> Rule {
        match meta.own_rule(operation) {
            Some(rule) if rule.roles().all(|role| role.set().is(self.roles)) => rule,
            // A resource of the kit, in an application with roles of its own: for whoever may do the most.
            Some(_) => self.defaults[Operation::Delete as usize],
            None => self.defaults[operation as usize],
        }
    }

    /// What a rule says of a caller; without an owner field nobody owns a row.
    pub fn decide(&self, meta: &Meta, operation: Operation, caller: Caller) -> Decision {
        match self.rule(meta, operation).decide(caller) {
            Decision::OwnRows if meta.kept(Kept::Owner).is_none() => Decision::Denied,
            decision => decision,
        }
    }
}

impl Services {
    /// The services of an application with these resources; its secret signs cursors and tags too.
    pub fn new(
        config: Arc<Config>,
        db: Db,
        authenticator: Authenticator,
        resources: Vec<&'static Meta>,
    ) -> Self {
        let access = Arc::new(Access::new(authenticator.roles(), resources));
        let secret = config.auth.jwt_secret.expose().as_bytes();
        Self {
            db,
            authenticator,
            cursors: CursorKey::derive(secret),
            tags: TagKey::derive(secret),
            running: Running::default(),
            config,
            access,
        }
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Forgets the answers to requests with an `Idempotency-Key` that are older than 24 hours; how many there were.
    ///
    /// # Errors
    ///
    /// 503 when the database can't be reached.
    pub async fn clear_old_answers(&self) -> Result<usize> {
        idempotency::clear_old(&self.db).await
    }

    /// The resources of the application.
    pub fn resources(&self) -> &[&'static Meta] {
        &self.access.resources
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Who may do `operation` with the resource.
    pub fn rule(&self, meta: &Meta, operation: Operation) -> Rule {
        self.access.rule(meta, operation)
    }

    /// The rules of a resource by [`Operation`].
    pub fn rules(&self, meta: &Meta) -> [Rule; 8] {
        Operation::EVERY.map(|operation| self.rule(meta, operation))
    }

    /// The roles of the application.
    pub fn roles(&self) -> &'static Roles {
        self.access.roles
    }

    /// Who is calling, if anybody.
    pub(super) async fn caller(&self, headers: &HeaderMap) -> Result<Option<CurrentUser>> {
        self.authenticator.authenticate(headers).await
    }

    /// Which rows `operation` reaches for the caller.
    ///
    /// # Errors
    ///
    /// 401 without a token, 403 with a role that is too low.
    pub(super) fn scope(
        &self,
        meta: &Meta,
        operation: Operation,
        caller: Option<&CurrentUser>,
    ) -> Result<Scope> {
        let rule = self.rule(meta, operation);
        let decision = rule.admit(caller)?;
        Ok(match (decision, caller) {
            // Without an owner field nobody owns a row.
            (Decision::OwnRows, _) if meta.kept(Kept::Owner).is_none() => {
                return Err(rule.refusal());
            }
            (Decision::OwnRows, Some(caller)) => Scope::OwnedBy(caller.id),
            _ => Scope::All,
        })
    }
}

impl FromRef<Services> for Db {
    fn from_ref(services: &Services) -> Self {
        services.db.clone()
    }
}

impl FromRef<Services> for Authenticator {
    fn from_ref(services: &Services) -> Self {
        services.authenticator.clone()
    }
}

/// The columns that the caller may know of, by index.
pub(super) fn readable(meta: &'static Meta, caller: Option<&CurrentUser>) -> Arc<[usize]> {
    let visible = &Plan::of(meta).visible;
    let role = caller.and_then(|caller| caller.role);
    let is_readable = |index: &usize| meta.columns[*index].is_readable_by(role);
    if visible.iter().all(is_readable) {
        return visible.clone();
    }
    visible.iter().copied().filter(is_readable).collect()
}

/// The contract's defaults for the kit's roles: read VIEWER, write MEMBER, delete ADMIN. Roles of an application's
/// own are read by the lowest and written by the highest.
fn default_rules(roles: &'static Roles) -> [Rule; 8] {
    let (read, write, delete) = if roles.is(Role::ROLES) {
        (Role::Viewer.role(), Role::Member.role(), Role::Admin.role())
    } else {
        (roles.lowest(), roles.highest(), roles.highest())
    };
    let [read, write, delete] = [read, write, delete].map(at_least);
    Operation::EVERY.map(|operation| match operation {
        Operation::List | Operation::Get => read,
        Operation::Create | Operation::Bulk | Operation::Update | Operation::Replace => write,
        Operation::Delete | Operation::Restore => delete,
    })
}

/// A rule made at run time lives as long as the program: there are three of them for each application.
fn at_least(role: RoleRef) -> Rule {
    Rule(Box::leak(Box::new([Term::AtLeast(role)])))
}
