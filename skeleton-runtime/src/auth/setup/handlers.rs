//! `POST /auth/setup`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::Secret;
use crate::auth::authenticator::Authenticator;
use crate::auth::body::read_texts;
use crate::auth::handlers::{AccountView, check_new_credentials};
use crate::auth::session::Client;
use crate::error::{Error, Result};
use crate::json::{self, JsonBody};

/// Makes the first account of the highest role. 201 `{id, email, role, created_at}`.
pub(in crate::auth) async fn set_up(
    State(authenticator): State<Authenticator>,
    client: Client,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    let ([token, email, password], faults) = read_texts(&body, ["token", "email", "password"])?;
    let (email, password) = check_new_credentials(email, password, faults)?;
    let token = token.ok_or_else(|| Error::internal("a token without a fault is missing"))?;
    let account = authenticator
        .set_up(&Secret::new(token), &email, &password, &client)
        .await?;
    json::answer(StatusCode::CREATED, &AccountView::from(&account))
}
