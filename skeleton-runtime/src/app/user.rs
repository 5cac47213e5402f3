//! Accounts as a resource: the kit's own table, declared as any other.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::auth::administration::{AccountChange, LOCK, check_change, check_delete, end_sessions};
use crate::auth::{Role, RoleRef, Roles};
use crate::error::Fault;
use crate::resource::{Change, Context, Hooks, Patch};
use crate::{Error, Result, Secret};

/// An account.
///
/// Read, changed and deleted by ADMIN; with roles of the application's own, by the highest. Nobody reaches above
/// themselves, and the last account of the highest role stays.
#[skeleton_macros::resource(
    path = "/users",
    operations(list, get, update, delete),
    hooks = Administration,
    table = false,
    crate = crate
)]
#[skeleton_macros::requires_role(Admin)]
pub struct User {
    /// The account.
    pub id: Uuid,
    /// Trimmed and in lower case; no two accounts share one.
    #[field(filter, sort, unique, read_only)]
    pub email: String,
    /// The argon2id hash of the password; an account without one can't log in with a password.
    #[field(read_only)]
    pub password_hash: Option<Secret<String>>,
    /// The role's name, as ADMIN.
    #[field(filter, index)]
    pub role: String,
    /// Whether the account is locked out.
    #[field(filter, default)]
    pub disabled: bool,
    /// When it was made.
    #[field(filter, sort)]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// The rules of accounts, around each write of one.
#[derive(Debug)]
struct Administration;

impl Hooks<User> for Administration {
    async fn before_update(
        cx: &mut Context<'_>,
        row: &User,
        changes: &mut UserChanges,
    ) -> Result<()> {
        let (roles, caller) = (cx.authenticator().roles(), cx.caller().cloned());
        let change = AccountChange {
            role: role(roles, &changes.role)?,
            disabled: match changes.disabled {
                Patch::Set(disabled) => Some(disabled),
                Patch::Keep => None,
            },
        };
        cx.lock(LOCK).await?;
        let connection = cx.connection().await?;
        check_change(connection, roles, caller.as_ref(), row.id, change).await?;
        // What stays as it is is no change.
        if change.role.is_some_and(|role| role.name() == row.role) {
            changes.role = Patch::Keep;
        }
        if change.disabled == Some(row.disabled) {
            changes.disabled = Patch::Keep;
        }
        Ok(())
    }

    async fn before_delete(cx: &mut Context<'_>, row: &User) -> Result<()> {
        let (roles, caller) = (cx.authenticator().roles(), cx.caller().cloned());
        cx.lock(LOCK).await?;
        check_delete(cx.connection().await?, roles, caller.as_ref(), row.id).await
    }

    async fn after_update(cx: &mut Context<'_>, _: &User, row: &User) -> Result<()> {
        if row.disabled {
            end_sessions(cx.connection().await?, row.id).await?;
        }
        Ok(())
    }

    async fn after_commit(cx: &mut Context<'_>, change: &Change<User>) -> Result<()> {
        let (Change::Created(row)
        | Change::Updated { row, .. }
        | Change::Deleted(row)
        | Change::Restored(row)) = change;
        cx.authenticator().account_changed(row.id);
        Ok(())
    }
}

fn role(roles: &'static Roles, sent: &Patch<String>) -> Result<Option<RoleRef>> {
    let Patch::Set(name) = sent else {
        return Ok(None);
    };
    let unknown = || {
        let message = format!("expected one of: {}", roles.names.join(", "));
        Error::validation(vec![Fault::new("role", "enum", message)])
    };
    roles.find(name).map(Some).ok_or_else(unknown)
}
