//! The writes over HTTP. They are compiled once: what differs between resources is data.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::Response;
use uuid::Uuid;

use crate::auth::CurrentUser;
use crate::db::Value;
use crate::error::Code;
use crate::telemetry::RequestId;
use crate::{Error, Result, json};

use super::access::readable;
use super::answer::Answer;
use super::bulk;
use super::context::Context;
use super::engine::{self, ItemWriter, Scope, Written};
use super::handlers::{Endpoint, PathParams, joined};
use super::idempotency::Once;
use super::meta::Meta;
use super::operation::Operation;
use super::payload::{Intent, StoredJson};
use super::pipeline::{self, Condition};
use super::query;
use super::references;

/// RFC 7396, section 4.
const MERGE_PATCH: &str = "application/merge-patch+json";

impl Endpoint {
    fn context(&self, caller: Option<CurrentUser>, id: Option<RequestId>) -> Context<'_> {
        Context::new(Cow::Borrowed(&self.services), caller, id)
    }

    fn item_writer(&self, caller: Option<&CurrentUser>) -> ItemWriter {
        self.writer(readable(self.meta, caller))
    }

    pub(super) async fn create(&self, request: Request) -> Result<Response> {
        let (_, caller) = self.enter(Operation::Create, request.headers()).await?;
        let body = Sent::read(request, caller.as_ref(), &[json::JSON]).await?;
        let mut cx = self.context(caller, body.id);
        let work = async |cx: &mut Context<'_>| {
            let draft = match (self.read_new)(Intent::Create, cx.role(), &body.bytes, None) {
                Ok(draft) => draft,
                Err(error) => {
                    let intent = Intent::Create;
                    let told = references::added(cx, self.meta, intent, &body.bytes, error);
                    return Err(Box::pin(told).await);
                }
            };
            let (owner, writer) = (owner(cx), self.item_writer(cx.caller()));
            let item = pipeline::create(cx, self.target, draft, owner, writer).await?;
            let location = format!("{}/{}", self.meta.path, item.id);
            Ok(Answer::item(StatusCode::CREATED, item).with(header::LOCATION, location))
        };
        answer(&mut cx, body.once, work).await
    }

    pub(super) async fn bulk(&self, request: Request) -> Result<Response> {
        let (_, caller) = self.enter(Operation::Bulk, request.headers()).await?;
        let body = Sent::read(request, caller.as_ref(), &[json::JSON]).await?;
        let mut cx = self.context(caller, body.id);
        let work = async |cx: &mut Context<'_>| {
            let drafts = match bulk::read(&body.bytes, cx.role(), self.read_new) {
                Ok(drafts) => drafts,
                Err(error) => {
                    return Err(references::added_to_bulk(cx, self.meta, &body.bytes, error).await);
                }
            };
            let (owner, writer) = (owner(cx), self.item_writer(cx.caller()));
            let items = pipeline::create_many(cx, self.target, drafts, owner, writer).await?;
            Ok(Answer::json(StatusCode::CREATED, bulk::body(&items)))
        };
        answer(&mut cx, body.once, work).await
    }

    pub(super) async fn update(&self, path: PathParams, request: Request) -> Result<Response> {
        let (scope, caller) = self.enter(Operation::Update, request.headers()).await?;
        let id = self.id(&path)?;
        let if_match = joined(request.headers(), &header::IF_MATCH);
        let accepted = [json::JSON, MERGE_PATCH];
        let body = Sent::read(request, caller.as_ref(), &accepted).await?;
        let mut cx = self.context(caller, body.id);
        let work = async |cx: &mut Context<'_>| {
            let change = (Operation::Update, &id, if_match.as_deref());
            self.change(cx, change, scope, &body.bytes).await
        };
        answer(&mut cx, body.once, work).await
    }

    pub(super) async fn replace(&self, path: PathParams, request: Request) -> Result<Response> {
        let (scope, caller) = self.enter(Operation::Replace, request.headers()).await?;
        let id = self.id(&path)?;
        let if_match = joined(request.headers(), &header::IF_MATCH);
        let body = Sent::read(request, caller.as_ref(), &[json::JSON]).await?;
        let mut cx = self.context(caller, body.id);
        let change = (Operation::Replace, &id, if_match.as_deref());
        let changed = self.change(&mut cx, change, scope, &body.bytes).await?;
        changed.into_response()
    }

    async fn change(
        &self,
        cx: &mut Context<'_>,
        (operation, id, if_match): (Operation, &Value, Option<&str>),
        scope: Scope,
        bytes: &[u8],
    ) -> Result<Answer> {
        let intent = match operation {
            Operation::Replace => Intent::Replace,
            _ => Intent::Update,
        };
        let (role, most) = (cx.role(), self.services.config().http.body_limit);
        let read =
            |stored: Option<&StoredJson<'_>>| (self.read_changes)(intent, role, bytes, stored);
        let merge = |columns: &[_]| read(Some(&StoredJson { columns, most }));
        let condition = Condition {
            if_match,
            merge: Some(&merge),
        };
        let draft = match read(None) {
            Ok(draft) => draft,
            Err(error) => {
                let told = references::added(cx, self.meta, intent, bytes, error);
                return Err(Box::pin(told).await);
            }
        };
        let writer = self.item_writer(cx.caller());
        let written =
            pipeline::update(cx, self.target, id.clone(), draft, scope, condition, writer).await?;
        let item = done(cx, self.meta, operation, written, id, scope).await?;
        Ok(Answer::item(StatusCode::OK, item))
    }

    pub(super) async fn delete(&self, path: PathParams, request: Request) -> Result<Response> {
        let (scope, caller) = self.enter(Operation::Delete, request.headers()).await?;
        let id = self.id(&path)?;
        query::refuse_all(request.uri().query())?;
        let if_match = joined(request.headers(), &header::IF_MATCH);
        let mut cx = self.context(caller, request.extensions().get().cloned());
        let if_match = if_match.as_deref();
        let written = pipeline::delete(&mut cx, self.target, id.clone(), scope, if_match).await?;
        done(&mut cx, self.meta, Operation::Delete, written, &id, scope).await?;
        Answer::empty(StatusCode::NO_CONTENT).into_response()
    }

    pub(super) async fn restore(&self, path: PathParams, request: Request) -> Result<Response> {
        let (scope, caller) = self.enter(Operation::Restore, request.headers()).await?;
        let id = self.id(&path)?;
        query::refuse_all(request.uri().query())?;
        let once = Once::of(&request, caller.as_ref())?;
        let mut cx = self.context(caller, request.extensions().get().cloned());
        let work = async |cx: &mut Context<'_>| {
            let writer = self.item_writer(cx.caller());
            match pipeline::restore(cx, self.target, id.clone(), scope, writer).await? {
                Written::Done(item) => Ok(Answer::item(StatusCode::OK, item)),
                Written::NoRow | Written::Stale => Err(Error::not_found()),
            }
        };
        answer(&mut cx, once, work).await
    }
}

/// What came with a request that writes.
struct Sent {
    bytes: Bytes,
    id: Option<RequestId>,
    once: Option<Once>,
}

impl Sent {
    /// Reads the body; there are no query parameters.
    async fn read(
        request: Request,
        caller: Option<&CurrentUser>,
        accepted: &[&str],
    ) -> Result<Self> {
        query::refuse_all(request.uri().query())?;
        let id = request.extensions().get().cloned();
        let takes_key = request.method() != axum::http::Method::PUT;
        let mut once = if takes_key {
            Once::of(&request, caller)?
        } else {
            None
        };
        let bytes = json::read_body(request, accepted).await?;
        if let Some(once) = &mut once {
            once.add(&bytes);
        }
        Ok(Self { bytes, id, once })
    }
}

/// Does the work, only once where the request says so.
async fn answer<'t>(
    cx: &mut Context<'t>,
    once: Option<Once>,
    work: impl AsyncFnOnce(&mut Context<'t>) -> Result<Answer>,
) -> Result<Response> {
    match once {
        Some(once) => Box::pin(once.run(cx, work)).await?,
        None => work(cx).await?,
    }
    .into_response()
}

fn owner(cx: &Context<'_>) -> Option<Uuid> {
    cx.caller().map(|caller| caller.id)
}

/// The row that was written, or why none was.
///
/// # Errors
///
/// 412 for a row that is another than its tag says; 403 for one that the caller may read and not write, else 404.
pub(super) async fn done<R>(
    cx: &mut Context<'_>,
    meta: &'static Meta,
    operation: Operation,
    written: Written<R>,
    id: &Value,
    scope: Scope,
) -> Result<R> {
    match written {
        Written::Done(row) => Ok(row),
        Written::Stale => Err(Error::new(
            Code::PreconditionFailed,
            "the row is another than the tag in If-Match says",
        )),
        Written::NoRow if scope == Scope::All => Err(Error::not_found()),
        Written::NoRow => {
            let readable = cx.services().scope(meta, Operation::Get, cx.caller());
            let Ok(readable) = readable else {
                return Err(Error::not_found());
            };
            if engine::exists(cx.source().await?, meta, id.clone(), readable).await? {
                return Err(cx.services().rule(meta, operation).refusal());
            }
            Err(Error::not_found())
        }
    }
}
