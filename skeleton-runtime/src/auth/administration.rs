//! Accounts in the hands of others: roles given and taken, accounts disabled and deleted.
//!
//! Nobody grants a role above their own or touches an account above them, and the highest role is never left without
//! an account that can use it. All that is decided on rows that are locked, so of two owners who demote each other one
//! wins.

use chrono::{SubsecRound as _, Utc};
use uuid::Uuid;

use super::account::Account;
use super::{CurrentUser, RoleRef, Roles, session, sql};
use crate::Secret;
use crate::db::{AnyBackend, Connection, Row, Statement, Value};
use crate::error::{Code, Constraint, Error, Result, Violation};

/// What is changed of an account: what is `None` stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// Its role.
    pub role: Option<RoleRef>,
    /// Whether it is locked out. That ends its sessions.
    pub disabled: Option<bool>,
}

/// The caller, the account in question, and whoever has the highest role. In one order, so that two of these never
/// wait for each other.
const LOCK: &str = "SELECT id, role, disabled FROM users \
    WHERE id = $1 OR id = $2 OR (role = $3 AND NOT disabled) ORDER BY id";

const CHANGE: &str = "UPDATE users SET role = $1, disabled = $2, updated_at = $3 WHERE id = $4 RETURNING \
    id, email, password_hash, role, disabled, created_at, updated_at";

const READ: &str = "SELECT id, email, password_hash, role, disabled, created_at, updated_at FROM users WHERE id = $1";

const DELETE: &str = "DELETE FROM users WHERE id = $1";

/// An account as the rules see it, while nobody else can change it.
#[derive(Debug, Clone)]
struct Locked {
    id: Uuid,
    role: String,
    disabled: bool,
}

/// Changes an account, within a transaction. A disabled one loses its sessions; call
/// [`Authenticator::account_changed`](super::Authenticator::account_changed) once the transaction is committed.
///
/// # Errors
///
/// 404 `not_found`; 403 `forbidden` for a role above the caller's own, granted or touched; 409 `last_owner` when the
/// highest role would be left without an account.
pub async fn change_account(
    connection: &mut Connection,
    roles: &'static Roles,
    caller: &CurrentUser,
    id: Uuid,
    change: AccountChange,
) -> Result<Account> {
    let (own, target, others) = lock(connection, roles, caller, id).await?;
    check_target(roles, own, &target)?;
    if let Some(role) = change.role
        && !own.includes(role)
    {
        let detail = format!("{} may not grant {}", own.name(), role.name());
        return Err(Error::forbidden(detail));
    }
    let role = change
        .role
        .map_or_else(|| target.role.clone(), |role| role.name().to_owned());
    let disabled = change.disabled.unwrap_or(target.disabled);
    let stays = !disabled && role == roles.highest().name();
    check_last(roles, &target, others, stays)?;
    if (&role, disabled) == (&target.role, target.disabled) {
        let read = Statement::with_binds(READ, vec![Value::Uuid(id)]);
        return one(connection, read).await;
    }
    let binds = vec![
        Value::Text(role),
        Value::Bool(disabled),
        Value::Timestamp(Utc::now().trunc_subsecs(6)),
        Value::Uuid(id),
    ];
    let account = one(connection, Statement::with_binds(CHANGE, binds)).await?;
    if disabled {
        session::end_all(connection, id).await?;
    }
    Ok(account)
}

/// Deletes an account with its sessions, within a transaction.
///
/// # Errors
///
/// As [`change_account`]; and 409 `in_use` when rows of other tables refer to it.
pub async fn delete_account(
    connection: &mut Connection,
    roles: &'static Roles,
    caller: &CurrentUser,
    id: Uuid,
) -> Result<()> {
    let (own, target, others) = lock(connection, roles, caller, id).await?;
    check_target(roles, own, &target)?;
    check_last(roles, &target, others, false)?;
    let delete = Statement::with_binds(DELETE, vec![Value::Uuid(id)]);
    match Connection::execute(connection, delete).await {
        Ok(_) => Ok(()),
        Err(error) => match Violation::of(&error) {
            Some(violation) if violation.constraint == Constraint::ForeignKey => {
                Err(Error::new(Code::InUse, "other rows refer to this one").caused_by(error))
            }
            _ => Err(error.into()),
        },
    }
}

/// The caller's role as it is now, the account in question, and how many others have the highest role.
async fn lock(
    connection: &mut Connection,
    roles: &'static Roles,
    caller: &CurrentUser,
    id: Uuid,
) -> Result<(RoleRef, Locked, usize)> {
    let highest = roles.highest().name();
    let mut text = LOCK.to_owned();
    // SQLite's transaction has the only writer already.
    if connection.backend() == AnyBackend::Postgres {
        text.push_str(" FOR UPDATE");
    }
    let binds = vec![
        Value::Uuid(caller.id),
        Value::Uuid(id),
        Value::Text(highest.to_owned()),
    ];
    let rows = connection
        .fetch(Statement::with_binds(text, binds), |row| {
            Ok(Locked {
                id: sql::uuid(row, 0)?,
                role: sql::text(row, 1)?,
                disabled: sql::boolean(row, 2)?,
            })
        })
        .await?;
    // Somebody may have taken the caller's own role away a moment ago.
    let own = rows
        .iter()
        .find(|row| row.id == caller.id && !row.disabled)
        .and_then(|row| roles.find(&row.role))
        .and_then(|own| caller.role.and_then(|claimed| claimed.common(own)))
        .ok_or_else(|| Error::forbidden("the caller's account has no role any more"))?;
    let others = rows
        .iter()
        .filter(|row| row.id != id && row.role == highest && !row.disabled)
        .count();
    let target = rows.into_iter().find(|row| row.id == id);
    Ok((own, target.ok_or_else(Error::not_found)?, others))
}

/// A role that the application no longer has is for the highest to clear up.
fn check_target(roles: &'static Roles, own: RoleRef, target: &Locked) -> Result<()> {
    let needed = roles.find(&target.role).unwrap_or(roles.highest());
    if own.includes(needed) {
        return Ok(());
    }
    let detail = format!(
        "{} may not change an account of {}",
        own.name(),
        target.role
    );
    Err(Error::forbidden(detail))
}

fn check_last(roles: &'static Roles, target: &Locked, others: usize, stays: bool) -> Result<()> {
    let highest = roles.highest().name();
    if stays || others > 0 || target.disabled || target.role != highest {
        return Ok(());
    }
    let detail = format!("this is the last account that is {highest}");
    Err(Error::new(Code::LastOwner, detail))
}

async fn one(connection: &mut Connection, statement: Statement) -> Result<Account> {
    let mut accounts = connection.fetch(statement, account).await?;
    accounts.pop().ok_or_else(Error::not_found)
}

fn account(row: &Row<'_>) -> diesel::deserialize::Result<Account> {
    Ok(Account {
        id: sql::uuid(row, 0)?,
        email: sql::text(row, 1)?,
        password_hash: sql::optional_text(row, 2)?.map(Secret::new),
        role: sql::text(row, 3)?,
        disabled: sql::boolean(row, 4)?,
        created_at: sql::time(row, 5)?,
        updated_at: sql::time(row, 6)?,
    })
}
