//! Accounts in the hands of others: roles given and taken, accounts disabled and deleted.
//!
//! Nobody grants a role above their own or touches an account above them, and the highest role is never left without
//! an account that can use it. All that is decided within the transaction of the change, while nobody else decides
//! such a thing: of two owners who demote each other one wins.

use uuid::Uuid;

use super::{CurrentUser, RoleRef, Roles, session, sql};
use crate::db::{Connection, Statement, Value};
use crate::error::{Code, Error, Result};

/// The name of the lock that whoever changes accounts holds to the end of the transaction: from before the check to
/// after the write.
pub const LOCK: &str = "skeleton accounts";

/// What becomes of an account: what is `None` stays.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::RoleSet;
/// use skeleton_runtime::auth::administration::AccountChange;
///
/// let promoted = AccountChange {
///     role: Some(Role::Admin.role()),
///     ..AccountChange::default()
/// };
/// assert_eq!(promoted.disabled, None);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// Its role.
    pub role: Option<RoleRef>,
    /// Whether it is locked out. That is to end its sessions: [`end_sessions`].
    pub disabled: Option<bool>,
}

/// The caller, the account in question, and whoever has the highest role.
const FIND: &str = "SELECT id, role, disabled FROM users \
    WHERE id = $1 OR id = $2 OR (role = $3 AND NOT disabled)";

/// An account as the rules see it.
#[derive(Debug, Clone)]
struct Standing {
    id: Uuid,
    role: String,
    disabled: bool,
}

/// What the rules go by, while nobody else changes it.
struct Situation {
    /// The caller's role; `None` for work that nobody asked for, which may do all but leave no owner.
    own: Option<RoleRef>,
    target: Standing,
    /// How many other accounts have the highest role.
    others: usize,
}

/// Checks a change of an account.
///
/// # Errors
///
/// 404 `not_found`; 403 `forbidden` for a role above the caller's own, granted or touched; 409 `last_owner` when the
/// highest role would be left without an account.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::administration::{AccountChange, check_change};
/// use skeleton_runtime::auth::{CurrentUser, RoleSet};
/// use skeleton_runtime::db::Connection;
///
/// /// To be called while the transaction holds `LOCK`.
/// async fn may_disable(connection: &mut Connection, caller: &CurrentUser, id: Uuid) -> Result<()> {
///     let change = AccountChange { disabled: Some(true), ..AccountChange::default() };
///     check_change(connection, Role::ROLES, Some(caller), id, change).await
/// }
/// ```
pub async fn check_change(
    connection: &mut Connection,
    roles: &'static Roles,
    caller: Option<&CurrentUser>,
    id: Uuid,
    change: AccountChange,
) -> Result<()> {
    let situation = Situation::find(connection, roles, caller, id).await?;
    situation.check_target(roles)?;
    if let (Some(own), Some(role)) = (situation.own, change.role)
        && !own.includes(role)
    {
        let detail = format!("{} may not grant {}", own.name(), role.name());
        return Err(Error::forbidden(detail));
    }
    let target = &situation.target;
    let role = change.role.map_or(target.role.as_str(), |role| role.name());
    let stays = role == roles.highest().name() && !change.disabled.unwrap_or(target.disabled);
    situation.check_last(roles, stays)
}

/// Checks the deletion of an account; its sessions go with it.
///
/// # Errors
///
/// As [`check_change`].
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::administration::check_delete;
/// use skeleton_runtime::auth::{CurrentUser, RoleSet};
/// use skeleton_runtime::db::Connection;
///
/// /// To be called while the transaction holds `LOCK`.
/// async fn may_delete(connection: &mut Connection, caller: &CurrentUser, id: Uuid) -> Result<()> {
///     check_delete(connection, Role::ROLES, Some(caller), id).await
/// }
/// ```
pub async fn check_delete(
    connection: &mut Connection,
    roles: &'static Roles,
    caller: Option<&CurrentUser>,
    id: Uuid,
) -> Result<()> {
    let situation = Situation::find(connection, roles, caller, id).await?;
    situation.check_target(roles)?;
    situation.check_last(roles, false)
}

/// Ends all sessions of an account, within the transaction that gives the reason. Call
/// [`Authenticator::account_changed`](super::Authenticator::account_changed) once that is committed.
///
/// # Errors
///
/// 503 `unavailable` when the database can't be asked.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::administration::end_sessions;
///
/// async fn lock_out(db: &Db, id: Uuid) -> Result<()> {
///     db.transaction(async |connection| end_sessions(connection, id).await).await
/// }
/// ```
pub async fn end_sessions(connection: &mut Connection, id: Uuid) -> Result<()> {
    session::end_all(connection, id).await
}

impl Situation {
    async fn find(
        connection: &mut Connection,
        roles: &'static Roles,
        caller: Option<&CurrentUser>,
        id: Uuid,
    ) -> Result<Self> {
        let highest = roles.highest().name();
        let binds = vec![
            Value::Uuid(caller.map_or(id, |caller| caller.id)),
            Value::Uuid(id),
            Value::Text(highest.to_owned()),
        ];
        let rows = connection
            .fetch(Statement::with_binds(FIND, binds), |row| {
                Ok(Standing {
                    id: sql::uuid(row, 0)?,
                    role: sql::text(row, 1)?,
                    disabled: sql::boolean(row, 2)?,
                })
            })
            .await?;
        let own = match caller {
            Some(caller) => Some(own_role(&rows, roles, caller)?),
            None => None,
        };
        let others = rows
            .iter()
            .filter(|row| row.id != id && row.role == highest && !row.disabled)
            .count();
        let target = rows.into_iter().find(|row| row.id == id);
        Ok(Self {
            own,
            target: target.ok_or_else(Error::not_found)?,
            others,
        })
    }

    /// A role that the application no longer has is for the highest to clear up.
    fn check_target(&self, roles: &'static Roles) -> Result<()> {
        let Some(own) = self.own else {
            return Ok(());
        };
        let needed = roles.find(&self.target.role).unwrap_or(roles.highest());
        if own.includes(needed) {
            return Ok(());
        }
        let role = &self.target.role;
        let detail = format!("{} may not change an account of {role}", own.name());
        Err(Error::forbidden(detail))
    }

    fn check_last(&self, roles: &'static Roles, stays: bool) -> Result<()> {
        let (target, highest) = (&self.target, roles.highest().name());
        if stays || self.others > 0 || target.disabled || target.role != highest {
            return Ok(());
        }
        let detail = format!("this is the last account that is {highest}");
        Err(Error::new(Code::LastOwner, detail))
    }
}

/// Somebody may have taken the caller's own role away a moment ago.
fn own_role(rows: &[Standing], roles: &'static Roles, caller: &CurrentUser) -> Result<RoleRef> {
    let own = rows.iter().find(|row| row.id == caller.id && !row.disabled);
    own.and_then(|row| roles.find(&row.role))
        .and_then(|own| caller.role.and_then(|claimed| claimed.common(own)))
        .ok_or_else(|| Error::forbidden("the caller's account has no role any more"))
}
