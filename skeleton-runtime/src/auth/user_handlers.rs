//! `PATCH` and `DELETE /users/{id}`: accounts in the hands of others.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::account::Account;
use super::administration::{AccountChange, change_account, delete_account};
use super::authenticator::Authenticator;
use super::session_handlers::read_id;
use super::{CurrentUser, Role, RoleRef, RoleSet as _, Roles};
use crate::error::{Code, Error, Fault, Result};
use crate::json::{self, JSON};

/// RFC 7396, section 4.
const MERGE_PATCH: &str = "application/merge-patch+json";

const FIELDS: [&str; 2] = ["role", "disabled"];

/// An account as `GET /users/{id}` answers it.
#[derive(Serialize)]
struct UserView<'a> {
    id: Uuid,
    email: &'a str,
    role: &'a str,
    disabled: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// `PATCH /users/{id}`: `{role?, disabled?}`. 200, the account.
pub(super) async fn change(
    State(authenticator): State<Authenticator>,
    caller: CurrentUser,
    path: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
) -> Result<Response> {
    admit(&authenticator, &caller)?;
    let id = read_id(path)?;
    refuse_parameters(request.uri())?;
    refuse_condition(request.headers())?;
    let body = json::read_body(request, &[JSON, MERGE_PATCH]).await?;
    let change = read_change(&body, authenticator.roles())?;
    let account = authenticator.change_account(&caller, id, change).await?;
    json::answer(
        StatusCode::OK,
        &UserView {
            id: account.id,
            email: &account.email,
            role: &account.role,
            disabled: account.disabled,
            created_at: account.created_at,
            updated_at: account.updated_at,
        },
    )
}

/// `DELETE /users/{id}`. 204.
pub(super) async fn delete(
    State(authenticator): State<Authenticator>,
    caller: CurrentUser,
    path: Result<RawPathParams, RawPathParamsRejection>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<StatusCode> {
    admit(&authenticator, &caller)?;
    let id = read_id(path)?;
    refuse_parameters(&uri)?;
    refuse_condition(&headers)?;
    authenticator.delete_account(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Authenticator {
    /// Changes an account.
    ///
    /// # Errors
    ///
    /// As [`change_account`]; 503 `unavailable` when the database can't be asked.
    pub async fn change_account(
        &self,
        caller: &CurrentUser,
        id: Uuid,
        change: AccountChange,
    ) -> Result<Account> {
        let roles = self.roles();
        let changed = self.parts().db.transaction(async |connection| {
            change_account(connection, roles, caller, id, change).await
        });
        let account = changed.await?;
        self.account_changed(id);
        Ok(account)
    }

    /// Deletes an account, with its sessions.
    ///
    /// # Errors
    ///
    /// As [`delete_account`]; 503 `unavailable` when the database can't be asked.
    pub async fn delete_account(&self, caller: &CurrentUser, id: Uuid) -> Result<()> {
        let roles = self.roles();
        let deleted = self
            .parts()
            .db
            .transaction(async |connection| delete_account(connection, roles, caller, id).await);
        deleted.await?;
        self.account_changed(id);
        Ok(())
    }

    /// Has what is known of an account's sessions forgotten, so that a change that was committed binds here at once.
    pub fn account_changed(&self, id: Uuid) {
        self.parts().live.forget_user(id);
    }
}

/// ADMIN; with roles of the application's own the highest, as for reading accounts.
fn admit(authenticator: &Authenticator, caller: &CurrentUser) -> Result<()> {
    let roles = authenticator.roles();
    let needed = if roles.is(Role::ROLES) {
        Role::Admin.role()
    } else {
        roles.highest()
    };
    if caller.role.is_some_and(|role| role.includes(needed)) {
        return Ok(());
    }
    let detail = format!("this is only for: {}", needed.name());
    Err(Error::forbidden(detail))
}

fn refuse_parameters(uri: &Uri) -> Result<()> {
    if uri.query().is_none_or(str::is_empty) {
        return Ok(());
    }
    let fault = Fault::new("query", "unknown", "there are no parameters here");
    Err(Error::invalid_query(vec![fault]))
}

/// There is no tag to compare here, so a condition never holds, except that there be an account at all.
fn refuse_condition(headers: &HeaderMap) -> Result<()> {
    let holds = |value: &axum::http::HeaderValue| value.as_bytes().trim_ascii() == b"*";
    if headers.get_all(header::IF_MATCH).iter().all(holds) {
        return Ok(());
    }
    let detail = "accounts are changed without If-Match";
    Err(Error::new(Code::PreconditionFailed, detail))
}

fn read_change(body: &[u8], roles: &'static Roles) -> Result<AccountChange> {
    let mut change = AccountChange::default();
    let mut faults = Vec::new();
    for (name, value) in json::read_object(body)? {
        let read = match name.as_ref() {
            "role" => read_role(value, roles).map(|role| change.role = Some(role)),
            "disabled" => read_boolean(value).map(|disabled| change.disabled = Some(disabled)),
            _ => Err((
                "unknown",
                format!("unknown field; there are: {}", FIELDS.join(", ")),
            )),
        };
        if let Err((code, message)) = read {
            faults.push(Fault::new(name.into_owned(), code, message));
        }
    }
    if faults.is_empty() {
        Ok(change)
    } else {
        Err(Error::validation(faults))
    }
}

type Wrong = (&'static str, String);

fn read_role(value: &RawValue, roles: &'static Roles) -> Result<RoleRef, Wrong> {
    refuse_null(value)?;
    let name: String =
        serde_json::from_str(value.get()).map_err(|_| ("type", "expected a string".to_owned()))?;
    let expected = || {
        (
            "enum",
            format!("expected one of: {}", roles.names.join(", ")),
        )
    };
    roles.find(&name).ok_or_else(expected)
}

fn read_boolean(value: &RawValue) -> Result<bool, Wrong> {
    refuse_null(value)?;
    serde_json::from_str(value.get()).map_err(|_| ("type", "expected true or false".to_owned()))
}

fn refuse_null(value: &RawValue) -> Result<(), Wrong> {
    if value.get() == "null" {
        return Err(("null", "must not be null".to_owned()));
    }
    Ok(())
}
