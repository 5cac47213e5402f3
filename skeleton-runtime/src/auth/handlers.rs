//! The endpoints under `/auth`.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::CurrentUser;
use super::account::Account;
use super::authenticator::Authenticator;
use super::body::read_texts;
use super::common_passwords::is_common;
use super::email::Email;
use super::form::{FORM, Form};
use super::session::{Client, Tokens};
use crate::Secret;
use crate::error::{Code, Error, Fault, Result};
use crate::json::{self, JSON, JsonBody};

/// How long a password may be, in characters: below it is guessed, above it only costs time to hash.
const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// An account as it is answered.
#[derive(Serialize)]
pub(super) struct AccountView<'a> {
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
    refresh_token: &'a str,
}

pub(super) fn answer_tokens(tokens: &Tokens) -> Result<Response> {
    json::answer(
        StatusCode::OK,
        &TokenAnswer {
            access_token: tokens.access.expose(),
            token_type: "Bearer",
            expires_in: tokens.access.lifetime.as_secs(),
            refresh_token: tokens.refresh.expose(),
        },
    )
}

/// `POST /auth/register`: makes an account. 201 `{id, email, role, created_at}`.
pub(super) async fn register(
    State(authenticator): State<Authenticator>,
    client: Client,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    if !authenticator.is_registration_enabled() {
        return Err(Error::new(Code::NotFound, "registration is switched off"));
    }
    let (email, password) = read_new_credentials(&body)?;
    let account = authenticator.register(&email, &password, &client).await?;
    json::answer(StatusCode::CREATED, &AccountView::from(&account))
}

/// `POST /auth/token`: logs in, with JSON or as a form of OAuth 2.0. 200 `{access_token, token_type, expires_in,
/// refresh_token}`.
pub(super) async fn token(
    State(authenticator): State<Authenticator>,
    client: Client,
    request: Request,
) -> Result<Response> {
    let is_form = is_form(request.headers());
    let body = json::read_body(request, &[JSON, FORM]).await?;
    let grant = if is_form {
        read_grant(&Form::parse(&body), &authenticator)?
    } else {
        read_credentials(&body)?
    };
    let tokens = match grant {
        Grant::Password { email, password } => {
            authenticator.log_in(&email, &password, &client).await?
        }
        Grant::RefreshToken(token) => authenticator.refresh(token.expose(), &client).await?,
    };
    answer_tokens(&tokens)
}

/// What is given for tokens.
enum Grant {
    Password {
        email: String,
        password: Secret<String>,
    },
    RefreshToken(Secret<String>),
}

fn is_form(headers: &HeaderMap) -> bool {
    let declared = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = declared.and_then(|declared| declared.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(FORM))
}

fn read_grant(form: &Form, authenticator: &Authenticator) -> Result<Grant> {
    let grant = form
        .text("grant_type")
        .map_err(|fault| Error::validation(vec![fault]))?;
    if !authenticator.is_password_grant_enabled() {
        let detail = "the form is switched off; send JSON";
        return Err(Error::new(Code::UnsupportedGrantType, detail));
    }
    match grant.as_str() {
        "password" => match (form.text("username"), form.text("password")) {
            (Ok(email), Ok(password)) => Ok(Grant::Password {
                email,
                password: Secret::new(password),
            }),
            (email, password) => {
                let faults = [email, password].into_iter().filter_map(Result::err);
                Err(Error::validation(faults.collect()))
            }
        },
        "refresh_token" => form
            .text("refresh_token")
            .map(|token| Grant::RefreshToken(Secret::new(token)))
            .map_err(|fault| Error::validation(vec![fault])),
        _ => Err(Error::new(
            Code::UnsupportedGrantType,
            "grant_type must be password or refresh_token",
        )),
    }
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

/// `GET /.well-known/jwks.json`: the public keys of the tokens. 200, a JWK set; 404 where they are signed with a secret.
pub(super) async fn jwks(State(authenticator): State<Authenticator>) -> Result<Response> {
    // A key is known for longer than that before it signs: see the command `keys rotate`.
    const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=300");
    let jwks = authenticator.jwks().ok_or_else(|| {
        Error::new(
            Code::NotFound,
            "the tokens of this service are signed with a secret",
        )
    })?;
    let mut response = Response::new(Body::from(jwks.to_owned()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(header::CACHE_CONTROL, CACHED);
    Ok(response)
}

/// Whatever was typed may be tried: that it breaks the rules for new accounts is no news to the owner.
fn read_credentials(body: &[u8]) -> Result<Grant> {
    match read_texts(body, ["email", "password"])? {
        ([Some(email), Some(password)], faults) if faults.is_empty() => Ok(Grant::Password {
            email,
            password: Secret::new(password),
        }),
        (_, faults) => Err(Error::validation(faults)),
    }
}

fn read_new_credentials(body: &[u8]) -> Result<(Email, Secret<String>)> {
    let ([email, password], faults) = read_texts(body, ["email", "password"])?;
    check_new_credentials(email, password, faults)
}

/// What a new account may be made of, or all that is wrong with it and was before.
pub(super) fn check_new_credentials(
    email: Option<String>,
    password: Option<String>,
    mut faults: Vec<Fault>,
) -> Result<(Email, Secret<String>)> {
    let email = email.and_then(|email| {
        Email::parse(&email)
            .map_err(|fault| faults.push(fault))
            .ok()
    });
    if let Some(password) = &password {
        faults.extend(check_password("password", password));
    }
    match (email, password) {
        (Some(email), Some(password)) if faults.is_empty() => Ok((email, Secret::new(password))),
        _ => Err(Error::validation(faults)),
    }
}

/// What is wrong with a password that somebody wants to have.
pub(super) fn check_password(field: &'static str, password: &str) -> Option<Fault> {
    if PASSWORD_LENGTH.contains(&password.chars().count()) {
        return is_common(password)
            .then(|| Fault::new(field, "common", "is one of the commonest passwords"));
    }
    let message = format!(
        "length must be between {} and {}",
        PASSWORD_LENGTH.start(),
        PASSWORD_LENGTH.end()
    );
    Some(Fault::new(field, "length", message))
}
