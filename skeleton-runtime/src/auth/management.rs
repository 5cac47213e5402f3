//! Accounts in the hands of whoever runs the service: the same rules as over HTTP, but for those of the caller's role.

use chrono::{SubsecRound as _, Utc};
use uuid::Uuid;

use super::account::Account;
use super::administration::{AccountChange, LOCK, check_change};
use super::authenticator::Authenticator;
use super::email::Email;
use super::handlers::check_password;
use super::{RoleRef, session};
use crate::Secret;
use crate::db::{self, Connection, Statement, Value};
use crate::error::{Error, Result};

const SET_ROLE: &str = "UPDATE users SET role = $1, updated_at = $2 WHERE id = $3";
const SET_DISABLED: &str = "UPDATE users SET disabled = $1, updated_at = $2 WHERE id = $3";
const SET_PASSWORD: &str = "UPDATE users SET password_hash = $1, updated_at = $2 WHERE id = $3";

impl Authenticator {
    /// Makes an account with this role, and without a limit on how many.
    ///
    /// # Errors
    ///
    /// 422 `validation_failed` for a password that is too short, too long or too common; 409 `conflict` when the
    /// e-mail is taken; 503 `unavailable`.
    pub async fn create_account(
        &self,
        email: &Email,
        password: &Secret<String>,
        role: RoleRef,
    ) -> Result<Account> {
        let hash = self.hash_of_new(password).await?;
        self.accounts().create(email, Some(hash), role).await
    }

    /// Gives an account another role.
    ///
    /// # Errors
    ///
    /// 404 `not_found`; 409 `last_owner` when nobody would be left with the highest role; 503 `unavailable`.
    pub async fn set_role(&self, email: &Email, role: RoleRef) -> Result<Account> {
        let change = AccountChange {
            role: Some(role),
            disabled: None,
        };
        let name = Value::Text(role.name().to_owned());
        self.change(email, change, SET_ROLE, name).await
    }

    /// Locks an account out and ends its sessions, or lets it in again.
    ///
    /// # Errors
    ///
    /// As of [`Authenticator::set_role`].
    pub async fn set_disabled(&self, email: &Email, is_disabled: bool) -> Result<Account> {
        let change = AccountChange {
            role: None,
            disabled: Some(is_disabled),
        };
        self.change(email, change, SET_DISABLED, Value::Bool(is_disabled))
            .await
    }

    /// Gives an account a new password, and ends its sessions.
    ///
    /// # Errors
    ///
    /// 404 `not_found`; 422 `validation_failed` for a password that is too short, too long or too common; 503
    /// `unavailable`.
    pub async fn set_password(&self, email: &Email, password: &Secret<String>) -> Result<Account> {
        let hash = self.hash_of_new(password).await?.into_exposed();
        self.change(
            email,
            AccountChange::default(),
            SET_PASSWORD,
            Value::Text(hash),
        )
        .await
    }

    async fn hash_of_new(&self, password: &Secret<String>) -> Result<Secret<String>> {
        match check_password("password", password.expose()) {
            Some(fault) => Err(Error::validation(vec![fault])),
            None => self.parts().passwords.hash(password).await,
        }
    }

    async fn change(
        &self,
        email: &Email,
        change: AccountChange,
        sql: &'static str,
        value: Value,
    ) -> Result<Account> {
        let id = self.found(email).await?.id;
        let changed = self.parts().db.transaction(async |connection| {
            db::lock_name(connection, LOCK).await?;
            check_change(connection, self.roles(), None, id, change).await?;
            let now = Value::Timestamp(Utc::now().trunc_subsecs(6));
            let update = Statement::with_binds(sql, vec![value, now, Value::Uuid(id)]);
            Connection::execute(connection, update).await?;
            end_sessions(connection, change, id).await
        });
        changed.await?;
        self.account_changed(id);
        self.found(email).await
    }

    async fn found(&self, email: &Email) -> Result<Account> {
        let account = self.accounts().find_by_email(email).await?;
        account.ok_or_else(Error::not_found)
    }
}

/// Another role binds at once without that.
async fn end_sessions(connection: &mut Connection, change: AccountChange, id: Uuid) -> Result<()> {
    let is_password = change == AccountChange::default();
    if is_password || change.disabled == Some(true) {
        session::end_all(connection, id).await?;
    }
    Ok(())
}
