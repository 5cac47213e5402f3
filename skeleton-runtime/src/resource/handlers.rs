//! The six operations over HTTP. They are compiled once: what differs between resources is data.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::auth::{CurrentUser, RoleRef};
use crate::db::Value;
use crate::error::Code;
use crate::{Error, Result, json};

use super::Resource;
use super::access::{Services, readable};
use super::engine::{self, Item, ItemWriter, LinkWriter, Linked, Scope, Written};
use super::include::Reach;
use super::meta::{Meta, Operation};
use super::payload::{Intent, Payload, Values, read_payload};
use super::query;

/// RFC 7396, section 4.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// What the path has in its variable places, or why it is no text.
pub(super) type PathParams = Result<RawPathParams, RawPathParamsRejection>;

/// Reads a body into the values to write.
type ReadBody = fn(Intent, Option<RoleRef>, &[u8]) -> Result<Values>;

/// The endpoints of one resource.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) meta: &'static Meta,
    services: Services,
    read_new: ReadBody,
    read_changes: ReadBody,
}

fn read_values<T: Resource, P: Payload>(
    intent: Intent,
    role: Option<RoleRef>,
    bytes: &[u8],
) -> Result<Values> {
    let mut values = Values::default();
    read_payload::<P>(T::meta(), intent, role, bytes)?.into_values(&mut values);
    Ok(values)
}

fn role(caller: Option<&CurrentUser>) -> Option<RoleRef> {
    caller.and_then(|caller| caller.role)
}

impl Endpoint {
    pub(super) fn new<T: Resource>(services: Services) -> Self {
        Self {
            meta: T::meta(),
            services,
            read_new: read_values::<T, T::New>,
            read_changes: read_values::<T, T::Changes>,
        }
    }

    /// Authenticates and asks the rule: before path, query or body are looked at.
    async fn enter(
        &self,
        operation: Operation,
        headers: &HeaderMap,
    ) -> Result<(Scope, Option<CurrentUser>)> {
        let caller = self.services.caller(headers).await?;
        let scope = self.services.scope(self.meta, operation, caller.as_ref())?;
        Ok((scope, caller))
    }

    /// Writes a single row as the caller may read it.
    fn writer(&self, readable: Arc<[usize]>) -> ItemWriter {
        ItemWriter::new(self.meta, readable, self.services.tags.clone())
    }

    fn id(&self, path: &PathParams) -> Result<Value> {
        let column = self.meta.id_column();
        let path = path
            .as_ref()
            .map_err(|_| Error::invalid_path(column.name, "is not UTF-8"))?;
        let text = path.iter().next().map_or("", |(_, value)| value);
        (column.parse)(text).map_err(|mismatch| Error::invalid_path(column.name, mismatch.message))
    }

    pub(super) async fn list(&self, headers: HeaderMap, uri: Uri) -> Result<Response> {
        let (scope, caller) = self.enter(Operation::List, &headers).await?;
        let (db, meta) = (&self.services.db, self.meta);
        let text = uri.query().unwrap_or_default();
        let shown = readable(self.meta, caller.as_ref());
        let reach = Reach::new(&self.services, caller.as_ref());
        let list = query::read(meta, &self.services.cursors, &shown, reach, text)?;
        let writer = LinkWriter::new(meta, list.fields.unwrap_or(shown), &list.embeds);
        let total = if list.count {
            Some(engine::count(db, meta, list.request.clone(), scope).await?)
        } else {
            None
        };
        let mut page = engine::list(db, meta, list.request, scope, writer).await?;
        engine::embed(db, &list.embeds, &mut page.rows).await?;
        let seal = |key: Vec<_>| self.services.cursors.seal(&list.context, &key);
        let cursor = page.next.map(seal);
        let body = page_body(&page.rows, cursor.as_deref(), total);
        let mut response = json_response(StatusCode::OK, body);
        if let Some(cursor) = cursor {
            let next = query::with_cursor(text, &cursor);
            insert(
                &mut response,
                header::LINK,
                &format!("<{}?{next}>; rel=\"next\"", uri.path()),
            )?;
        }
        Ok(response)
    }

    pub(super) async fn get(
        &self,
        path: PathParams,
        headers: HeaderMap,
        uri: Uri,
    ) -> Result<Response> {
        let (scope, caller) = self.enter(Operation::Get, &headers).await?;
        let id = self.id(&path)?;
        let (db, meta) = (&self.services.db, self.meta);
        let shown = readable(self.meta, caller.as_ref());
        let reach = Reach::new(&self.services, caller.as_ref());
        let asked = query::read_item(meta, &shown, reach, uri.query().unwrap_or_default())?;
        // A part of a row has no tag, for two parts of one row would share it; nor has a row with others in it.
        if asked.fields.is_some() || !asked.embeds.is_empty() {
            let writer = LinkWriter::new(meta, asked.fields.unwrap_or(shown), &asked.embeds);
            let row = engine::get(db, meta, id, scope, writer).await?;
            let mut row = row.ok_or_else(Error::not_found)?;
            engine::embed(db, &asked.embeds, std::slice::from_mut(&mut row)).await?;
            return Ok(json_response(StatusCode::OK, row.json));
        }
        let item = engine::get(db, meta, id, scope, self.writer(shown)).await?;
        let item = item.ok_or_else(Error::not_found)?;
        if joined(&headers, &header::IF_NONE_MATCH).is_some_and(|tags| item.tag.is_named_by(&tags))
        {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            insert(&mut response, header::ETAG, &item.tag.header())?;
            return Ok(response);
        }
        item_response(StatusCode::OK, item)
    }

    pub(super) async fn create(&self, request: Request) -> Result<Response> {
        let (_, caller) = self.enter(Operation::Create, request.headers()).await?;
        query::refuse_all(request.uri().query())?;
        let bytes = json::read_body(request, &[json::JSON]).await?;
        let values = (self.read_new)(Intent::Create, role(caller.as_ref()), &bytes)?;
        let mut connection = self.services.db.write().await?;
        let writer = self.writer(readable(self.meta, caller.as_ref()));
        let owner = caller.map(|caller| caller.id);
        let item = engine::insert(&mut connection, self.meta, values, owner, writer).await?;
        let location = format!("{}/{}", self.meta.path, item.id);
        let mut response = item_response(StatusCode::CREATED, item)?;
        insert(&mut response, header::LOCATION, &location)?;
        Ok(response)
    }

    pub(super) async fn update(&self, path: PathParams, request: Request) -> Result<Response> {
        let accepted = [json::JSON, MERGE_PATCH];
        self.change(Operation::Update, Intent::Update, &accepted, &path, request)
            .await
    }

    pub(super) async fn replace(&self, path: PathParams, request: Request) -> Result<Response> {
        let accepted = [json::JSON];
        self.change(
            Operation::Replace,
            Intent::Replace,
            &accepted,
            &path,
            request,
        )
        .await
    }

    async fn change(
        &self,
        operation: Operation,
        intent: Intent,
        accepted: &[&str],
        path: &PathParams,
        request: Request,
    ) -> Result<Response> {
        let (scope, caller) = self.enter(operation, request.headers()).await?;
        let id = self.id(path)?;
        query::refuse_all(request.uri().query())?;
        let if_match = joined(request.headers(), &header::IF_MATCH);
        let bytes = json::read_body(request, accepted).await?;
        let values = (self.read_changes)(intent, role(caller.as_ref()), &bytes)?;
        let merges = intent == Intent::Update && values.has_patch();
        match self
            .write(
                id.clone(),
                values,
                scope,
                readable(self.meta, caller.as_ref()),
                if_match.as_deref(),
                merges,
            )
            .await?
        {
            Written::Done(item) => item_response(StatusCode::OK, item),
            Written::Stale => Err(stale()),
            Written::NoRow => Err(self.refusal(operation, id, scope, caller.as_ref()).await),
        }
    }

    async fn write(
        &self,
        id: Value,
        values: Values,
        scope: Scope,
        readable: Arc<[usize]>,
        if_match: Option<&str>,
        merges: bool,
    ) -> Result<Written<Item>> {
        let (db, meta) = (&self.services.db, self.meta);
        let writer = self.writer(readable);
        if values.is_empty() {
            let item = engine::get(db, meta, id, scope, writer).await?;
            return Ok(match item {
                None => Written::NoRow,
                Some(item) if if_match.is_some_and(|tags| !item.tag.satisfies(tags)) => {
                    Written::Stale
                }
                Some(item) => Written::Done(item),
            });
        }
        if merges || if_match.is_some() {
            return engine::update_if(db, meta, id, values, scope, if_match, writer).await;
        }
        let mut connection = db.write().await?;
        engine::update(&mut connection, meta, id, values, scope, writer).await
    }

    pub(super) async fn delete(
        &self,
        path: PathParams,
        headers: HeaderMap,
        uri: Uri,
    ) -> Result<Response> {
        let (scope, caller) = self.enter(Operation::Delete, &headers).await?;
        let id = self.id(&path)?;
        query::refuse_all(uri.query())?;
        let (db, meta) = (&self.services.db, self.meta);
        let written = match joined(&headers, &header::IF_MATCH) {
            Some(tags) => {
                engine::delete_if(
                    db,
                    meta,
                    id.clone(),
                    scope,
                    &tags,
                    self.services.tags.clone(),
                )
                .await?
            }
            None => {
                let mut connection = db.write().await?;
                engine::delete(&mut connection, meta, id.clone(), scope).await?
            }
        };
        match written {
            Written::Done(()) => Ok(StatusCode::NO_CONTENT.into_response()),
            Written::Stale => Err(stale()),
            Written::NoRow => Err(self
                .refusal(Operation::Delete, id, scope, caller.as_ref())
                .await),
        }
    }

    async fn refusal(
        &self,
        operation: Operation,
        id: Value,
        scope: Scope,
        caller: Option<&CurrentUser>,
    ) -> Error {
        refusal(&self.services, self.meta, operation, id, scope, caller).await
    }
}

/// 412.
fn stale() -> Error {
    Error::new(
        Code::PreconditionFailed,
        "the row is another than the tag in If-Match says",
    )
}

/// A header that is a list, from however many lines it has.
fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut joined: Option<String> = None;
    for value in headers.get_all(name) {
        // A tag that is no text names no row.
        let value = value.to_str().unwrap_or_default();
        joined = Some(match joined {
            Some(before) => format!("{before}, {value}"),
            None => value.to_owned(),
        });
    }
    joined
}

fn insert(response: &mut Response, name: HeaderName, value: &str) -> Result<()> {
    let value = HeaderValue::try_from(value).map_err(Error::internal)?;
    response.headers_mut().insert(name, value);
    Ok(())
}

fn item_response(status: StatusCode, item: Item) -> Result<Response> {
    let tag = item.tag.header();
    let mut response = json_response(status, item.json);
    insert(&mut response, header::ETAG, &tag)?;
    Ok(response)
}

/// Why a write reached no row: 403 for a row that the caller may read and not write, else 404.
pub(super) async fn refusal(
    services: &Services,
    meta: &'static Meta,
    operation: Operation,
    id: Value,
    scope: Scope,
    caller: Option<&CurrentUser>,
) -> Error {
    if scope == Scope::All {
        return Error::not_found();
    }
    let Ok(readable) = services.scope(meta, Operation::Get, caller) else {
        return Error::not_found();
    };
    match engine::exists(&services.db, meta, id, readable).await {
        Ok(true) => services.rule(meta, operation).refusal(),
        Ok(false) => Error::not_found(),
        Err(error) => error,
    }
}

fn json_response(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(json::JSON));
    response
}

/// `{"items":[…],"next_cursor":"…","total":1}`
fn page_body(rows: &[Linked], cursor: Option<&str>, total: Option<i64>) -> Vec<u8> {
    let size: usize = rows.iter().map(|row| row.json.len() + 1).sum();
    let mut body = Vec::with_capacity(size + 256);
    body.extend_from_slice(b"{\"items\":[");
    for (position, row) in rows.iter().enumerate() {
        if position > 0 {
            body.push(b',');
        }
        body.extend_from_slice(&row.json);
    }
    body.extend_from_slice(b"],\"next_cursor\":");
    match cursor {
        // Base64 needs no escapes.
        Some(cursor) => {
            body.push(b'"');
            body.extend_from_slice(cursor.as_bytes());
            body.push(b'"');
        }
        None => body.extend_from_slice(b"null"),
    }
    if let Some(total) = total {
        body.extend_from_slice(format!(",\"total\":{total}").as_bytes());
    }
    body.push(b'}');
    body
}
