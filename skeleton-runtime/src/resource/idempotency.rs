//! `Idempotency-Key`: a write that is sent twice is done once.
//!
//! The answer is kept in the transaction of the write itself, so that either both are there or neither is. While a
//! request runs it holds its key: within the process in [`Running`], among processes by a lock of the database.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use chrono::{SubsecRound, TimeDelta, Utc};
use uuid::Uuid;

use crate::auth::CurrentUser;
use crate::db::{Db, Kind, RawColumn, Row, Statement, Value};
use crate::error::{Code, Fault};
use crate::{Error, Result};

use super::answer::Answer;
use super::context::Context;
use super::engine;

/// Of draft-ietf-httpapi-idempotency-key-header.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Says that an answer was given before.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

const LONGEST_KEY: usize = 255;

/// How long an answer is kept.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// When to ask again for an answer that is still being made.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// The keys whose requests run in this process.
#[derive(Debug, Clone, Default)]
pub(super) struct Running(Arc<Mutex<HashSet<(Uuid, String)>>>);

/// Holds a key while its request runs.
struct Claim<'a> {
    running: &'a Running,
    key: (Uuid, String),
}

impl Running {
    fn claim(&self, key: (Uuid, String)) -> Result<Claim<'_>> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !keys.insert(key.clone()) {
            return Err(in_progress());
        }
        let running = self;
        Ok(Claim { running, key })
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let keys = self.running.0.lock();
        let mut keys = keys.unwrap_or_else(PoisonError::into_inner);
        keys.remove(&self.key);
    }
}

/// A key with the request that it was sent with.
pub(super) struct Once {
    owner: Uuid,
    key: String,
    /// SHA-256 of all that makes the request what it is.
    request: digest::Context,
}

impl Once {
    /// The key of a request, if it has one.
    ///
    /// # Errors
    ///
    /// 400 `invalid_query` for a key that is none; 401 where nobody calls, whom the key could belong to.
    pub(super) fn of(request: &Request, caller: Option<&CurrentUser>) -> Result<Option<Self>> {
        let headers = request.headers();
        let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(key) = keys.next() else {
            return Ok(None);
        };
        let key = match (key.to_str(), keys.next()) {
            (Ok(key), None) if (1..=LONGEST_KEY).contains(&key.len()) => key.to_owned(),
            _ => return Err(unusable()),
        };
        let caller = caller.ok_or_else(Error::unauthenticated)?;
        let mut once = Self {
            owner: caller.id,
            key,
            request: digest::Context::new(&digest::SHA256),
        };
        // What a role may not read any more is in no answer that it gets.
        let role = caller.role.map_or("", |role| role.name());
        once.add(request.method().as_str().as_bytes());
        once.add(request.uri().path().as_bytes());
        once.add(role.as_bytes());
        for name in [header::CONTENT_TYPE, header::IF_MATCH] {
            for value in headers.get_all(&name) {
                once.add(value.as_bytes());
            }
            once.add(b"");
        }
        Ok(Some(once))
    }

    /// Takes in a part of what makes the request what it is; lengths keep neighbours apart.
    pub(super) fn add(&mut self, part: &[u8]) {
        self.request.update(&(part.len() as u64).to_be_bytes());
        self.request.update(part);
    }

    /// Does the work in a transaction that keeps its answer, or gives the answer that is kept.
    ///
    /// An error is not kept: it rolls everything back, so that the same key may be sent once more.
    ///
    /// # Errors
    ///
    /// 422 `idempotency_mismatch` where the key came with another request before; 409 `in_progress` while that one
    /// runs; those of the work.
    pub(super) async fn run<'t>(
        self,
        cx: &mut Context<'t>,
        work: impl AsyncFnOnce(&mut Context<'t>) -> Result<Answer>,
    ) -> Result<Answer> {
        let running = cx.services().running.clone();
        let _claim = running.claim((self.owner, self.key.clone()))?;
        let mark = cx.begin().await?;
        let answer = self.run_within(cx, work).await;
        cx.finish(mark, answer).await
    }

    async fn run_within<'t>(
        &self,
        cx: &mut Context<'t>,
        work: impl AsyncFnOnce(&mut Context<'t>) -> Result<Answer>,
    ) -> Result<Answer> {
        let name = format!("idempotency {} {}", self.owner, self.key);
        if !engine::try_lock_name(cx.connection().await?, &name).await? {
            return Err(in_progress());
        }
        let request = self.request.clone().finish();
        if let Some(answer) = self.kept(cx, request.as_ref()).await? {
            return Ok(answer);
        }
        let answer = work(cx).await?;
        self.keep(cx, request.as_ref(), &answer).await?;
        Ok(answer)
    }

    /// The answer that was given to the request before.
    async fn kept(&self, cx: &mut Context<'_>, sent: &[u8]) -> Result<Option<Answer>> {
        let find = Statement::with_binds(
            "SELECT request, status, headers, body FROM idempotency_keys \
             WHERE owner_id = $1 AND \"key\" = $2 AND created_at > $3",
            vec![
                Value::Uuid(self.owner),
                Value::Text(self.key.clone()),
                Value::Timestamp((Utc::now() - KEPT_FOR).trunc_subsecs(6)),
            ],
        );
        let mut found = cx.connection().await?.fetch(find, read).await?;
        match found.pop() {
            None => Ok(None),
            Some((request, answer)) if request == sent => {
                Ok(Some(answer.with(REPLAYED, "true".to_owned())))
            }
            Some(_) => Err(Error::new(
                Code::IdempotencyMismatch,
                "the Idempotency-Key was sent before, with another request",
            )),
        }
    }

    async fn keep(&self, cx: &mut Context<'_>, sent: &[u8], answer: &Answer) -> Result<()> {
        let headers: Vec<_> = answer
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .collect();
        let headers = serde_json::to_string(&headers).map_err(Error::internal)?;
        let body = answer
            .body
            .clone()
            .map_or(Value::Null(Kind::Bytes), Value::Bytes);
        // The key may be there from a day ago.
        let keep = Statement::with_binds(
            "INSERT INTO idempotency_keys (owner_id, \"key\", request, status, headers, body, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (owner_id, \"key\") DO UPDATE SET \
             request = excluded.request, status = excluded.status, headers = excluded.headers, \
             body = excluded.body, created_at = excluded.created_at",
            vec![
                Value::Uuid(self.owner),
                Value::Text(self.key.clone()),
                Value::Bytes(sent.to_vec()),
                Value::I32(i32::from(answer.status.as_u16())),
                Value::Text(headers),
                body,
                Value::Timestamp(Utc::now().trunc_subsecs(6)),
            ],
        );
        cx.connection().await?.execute(keep).await?;
        Ok(())
    }
}

/// Forgets the answers that are older than they are kept for; how many there were.
pub(super) async fn clear_old(db: &Db) -> Result<usize> {
    let some = "DELETE FROM idempotency_keys WHERE (owner_id, \"key\") IN \
                (SELECT owner_id, \"key\" FROM idempotency_keys WHERE created_at <= $1 LIMIT 500)";
    let before = (Utc::now() - KEPT_FOR).trunc_subsecs(6);
    let forget = Statement::new(some).bind(Value::Timestamp(before));
    db.execute_until_none(forget).await
}

fn read(row: &Row<'_>) -> diesel::deserialize::Result<(Vec<u8>, Answer)> {
    let request = needed(row, 0)?.as_bytes()?.to_vec();
    let status = u16::try_from(needed(row, 1)?.as_i32()?)?;
    let headers: Vec<(String, String)> = serde_json::from_str(needed(row, 2)?.as_str()?)?;
    let headers = headers
        .into_iter()
        .map(|(name, value)| Ok((HeaderName::try_from(name)?, value)));
    let body = match row.raw(3)? {
        Some(mut body) => Some(body.as_bytes()?.to_vec()),
        None => None,
    };
    let answer = Answer {
        status: StatusCode::from_u16(status)?,
        headers: headers.collect::<diesel::deserialize::Result<_>>()?,
        body,
    };
    Ok((request, answer))
}

fn needed<'a>(row: &'a Row<'_>, index: usize) -> diesel::deserialize::Result<RawColumn<'a>> {
    row.raw(index)?
        .ok_or_else(|| "a kept answer has NULL".into())
}

fn in_progress() -> Error {
    let detail = "the request of this Idempotency-Key is still running";
    Error::new(Code::InProgress, detail).with_header(header::RETRY_AFTER, RETRY_AFTER)
}

fn unusable() -> Error {
    let message = format!("must be one header of 1 to {LONGEST_KEY} characters of ASCII");
    Error::new(Code::InvalidQuery, "the Idempotency-Key can't be used")
        .with_faults(vec![Fault::new("Idempotency-Key", "invalid", message)])
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use skeleton_fuzz::Fuzz;

    use super::*;

    const WORDS: &[&str] = &["9f2c", "\"", "\t", " ", "\n", "xxxxxxxxxxxxxxxx"];

    fn request(path: &str, keys: &[HeaderValue]) -> Request {
        let mut request = Request::post(path).body(Body::empty()).unwrap();
        for key in keys {
            request.headers_mut().append(IDEMPOTENCY_KEY, key.clone());
        }
        request
    }

    fn digest(once: Once) -> Vec<u8> {
        once.request.finish().as_ref().to_vec()
    }

    /// Each line is a header.
    #[test]
    fn fuzz_a_key_is_one_text_or_refused() {
        let caller = CurrentUser {
            id: Uuid::now_v7(),
            email: String::new(),
            role: None,
            session: Uuid::now_v7(),
            expires_at: Utc::now(),
        };
        let of = |path, keys: &[HeaderValue]| Once::of(&request(path, keys), Some(&caller));
        let figures = Fuzz::target("idempotency").words(WORDS).run(|text| {
            let lines = text.split(|byte| *byte == b'\n');
            let keys: Vec<_> = lines
                .filter_map(|line| HeaderValue::from_bytes(line).ok())
                .collect();
            let is_text = |key: &HeaderValue| {
                let mut bytes = key.as_bytes().iter();
                bytes.all(|byte| matches!(byte, b'\t' | b' '..=b'~'))
            };
            let is_usable =
                matches!(&keys[..], [key] if is_text(key) && (1..256).contains(&key.len()));
            let of_nobody = Once::of(&request("/a", &keys), None);
            let Ok(once) = of("/a", &keys) else {
                assert!(!is_usable && !keys.is_empty(), "{keys:?}");
                let code = of_nobody.err().map(|error| error.code());
                assert_eq!(code, Some(Code::InvalidQuery));
                return (keys.len().min(4), 0);
            };
            let Some(once) = once else {
                assert!(keys.is_empty() && of_nobody.is_ok());
                return (0, 0);
            };
            assert!(is_usable, "{keys:?}");
            assert_eq!(once.key.as_bytes(), keys[0].as_bytes());
            let code = of_nobody.err().map(|error| error.code());
            assert_eq!(code, Some(Code::Unauthenticated));
            let [same, other] = ["/a", "/b"].map(|path| of(path, &keys).unwrap().unwrap());
            let own = digest(once);
            assert!(digest(same) == own && digest(other) != own, "{keys:?}");
            (1, keys[0].len().min(16))
        });
        assert!(figures.outcomes > 5, "{figures:?}");
    }
}
