//! The endpoints under `/auth`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::CurrentUser;
use super::account::Account;
use super::authenticator::Authenticator;
use super::body::read_texts;
use super::email::Email;
use crate::Secret;
use crate::error::{Code, Error, Fault, Result};
use crate::json::{self, JsonBody};

/// How long a password may be, in characters: below it is guessed, above it only costs time to hash.
const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// An account as it is answered.
#[derive(Serialize)]
struct AccountView<'a> {
    id: Uuid,
    email: &'a str,
    role: &'a str,
    created_at: DateTime<Utc>,
}

impl<'a> From<&'a Account> for AccountView<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            id: account.id,
            email: &account.email,
            role: &account.role,
            created_at: account.created_at,
        }
    }
}

/// What a login is answered.
#[derive(Serialize)]
struct TokenAnswer<'a> {
    access_token: &'a str,
    token_type: &'static str,
    /// In seconds.
    expires_in: u64,
}

/// `POST /auth/register`: makes an account. 201 `{id, email, role, created_at}`.
pub(super) async fn register(
    State(authenticator): State<Authenticator>,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    if !authenticator.is_registration_enabled() {
        return Err(Error::new(Code::NotFound, "registration is switched off"));
    }
    let (email, password) = read_new_credentials(&body)?;
    let account = authenticator.register(&email, &password).await?;
    json::answer(StatusCode::CREATED, &AccountView::from(&account))
}

/// `POST /auth/token`: logs in. 200 `{access_token, token_type, expires_in}`.
pub(super) async fn token(
    State(authenticator): State<Authenticator>,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    let (email, password) = read_credentials(&body)?;
    let account = authenticator.log_in(&email, &password).await?;
    let access = authenticator.issue(&account)?;
    json::answer(
        StatusCode::OK,
        &TokenAnswer {
            access_token: access.expose(),
            token_type: "Bearer",
            expires_in: access.lifetime.as_secs(),
        },
    )
}

/// `GET /auth/me`: the caller's own account. 200, the same shape.
pub(super) async fn me(
    State(authenticator): State<Authenticator>,
    user: CurrentUser,
) -> Result<Response> {
    let account = authenticator.accounts().find(user.id).await?;
    let account = account
        .filter(|account| !account.disabled)
        .ok_or_else(|| Error::invalid_token("the account of the token is gone or disabled"))?;
    json::answer(StatusCode::OK, &AccountView::from(&account))
}

/// Whatever was typed may be tried: that it breaks the rules for new accounts is no news to the owner.
fn read_credentials(body: &[u8]) -> Result<(String, Secret<String>)> {
    match read_texts(body, ["email", "password"])? {
        ([Some(email), Some(password)], faults) if faults.is_empty() => {
            Ok((email, Secret::new(password)))
        }
        (_, faults) => Err(Error::validation(faults)),
    }
}

fn read_new_credentials(body: &[u8]) -> Result<(Email, Secret<String>)> {
    let ([email, password], mut faults) = read_texts(body, ["email", "password"])?;
    let email = email.and_then(|email| {
        Email::parse(&email)
            .map_err(|fault| faults.push(fault))
            .ok()
    });
    if password
        .as_ref()
        .is_some_and(|password| !PASSWORD_LENGTH.contains(&password.chars().count()))
    {
        let message = format!(
            "length must be between {} and {}",
            PASSWORD_LENGTH.start(),
            PASSWORD_LENGTH.end()
        );
        faults.push(Fault::new("password", "length", message));
    }
    match (email, password) {
        (Some(email), Some(password)) if faults.is_empty() => Ok((email, Secret::new(password))),
        _ => Err(Error::validation(faults)),
    }
}
