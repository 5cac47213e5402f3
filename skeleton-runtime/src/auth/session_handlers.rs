//! The endpoints of sessions: what one is logged in with, and the end of it.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use uuid::Uuid;

use super::CurrentUser;
use super::authenticator::Authenticator;
use super::body::read_texts;
use super::handlers::{answer_tokens, check_password};
use super::session::{Client, Session};
use crate::Secret;
use crate::error::{Error, Result};
use crate::json::{self, JsonBody};

/// A session as it is listed.
#[derive(Serialize)]
struct SessionView {
    #[serde(flatten)]
    session: Session,
    /// Whether it is the one that asks.
    current: bool,
}

/// One's own sessions.
#[derive(Serialize)]
struct SessionList {
    items: Vec<SessionView>,
}

/// `POST /auth/refresh`: spends a refresh token. 200, as for a login.
pub(super) async fn refresh(
    State(authenticator): State<Authenticator>,
    client: Client,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    let token = read_refresh_token(&body)?;
    let tokens = authenticator.refresh(token.expose(), &client).await?;
    answer_tokens(&tokens)
}

/// `POST /auth/logout`: ends the session of a refresh token. 204, whatever the token.
pub(super) async fn log_out(
    State(authenticator): State<Authenticator>,
    JsonBody(body): JsonBody,
) -> Result<StatusCode> {
    let token = read_refresh_token(&body)?;
    authenticator.log_out(token.expose()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /auth/sessions`: one's own logins, the last used first. 200 `{items}`.
pub(super) async fn list(
    State(authenticator): State<Authenticator>,
    user: CurrentUser,
) -> Result<Response> {
    let sessions = authenticator.sessions(user.id).await?;
    let view = |session: Session| SessionView {
        current: session.id == user.session,
        session,
    };
    let items = sessions.into_iter().map(view).collect();
    json::answer(StatusCode::OK, &SessionList { items })
}

/// `DELETE /auth/sessions/{id}`: ends one of them. 204.
pub(super) async fn end(
    State(authenticator): State<Authenticator>,
    user: CurrentUser,
    path: Result<RawPathParams, RawPathParamsRejection>,
) -> Result<StatusCode> {
    authenticator.end_session(user.id, read_id(path)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /auth/sessions`: ends all of them. 204.
pub(super) async fn end_all(
    State(authenticator): State<Authenticator>,
    user: CurrentUser,
) -> Result<StatusCode> {
    authenticator.end_sessions(user.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /auth/password`: sets a new password, and ends all sessions. 204.
pub(super) async fn password(
    State(authenticator): State<Authenticator>,
    user: CurrentUser,
    client: Client,
    JsonBody(body): JsonBody,
) -> Result<StatusCode> {
    let ([current, new], mut faults) = read_texts(&body, ["current_password", "new_password"])?;
    if let Some(new) = &new {
        faults.extend(check_password("new_password", new));
    }
    let (Some(current), Some(new), true) = (current, new, faults.is_empty()) else {
        return Err(Error::validation(faults));
    };
    authenticator
        .change_password(user.id, &Secret::new(current), &Secret::new(new), &client)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read_refresh_token(body: &[u8]) -> Result<Secret<String>> {
    match read_texts(body, ["refresh_token"])? {
        ([Some(token)], faults) if faults.is_empty() => Ok(Secret::new(token)),
        (_, faults) => Err(Error::validation(faults)),
    }
}

fn read_id(path: Result<RawPathParams, RawPathParamsRejection>) -> Result<Uuid> {
    let path = path.map_err(|_| Error::invalid_path("id", "is not UTF-8"))?;
    let text = path.iter().next().map_or("", |(_, value)| value);
    Uuid::try_parse(text).map_err(|_| Error::invalid_path("id", "expected a UUID"))
}
