//! The reads over HTTP. They are compiled once: what differs between resources is data.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::RawPathParams;
use axum::extract::rejection::RawPathParamsRejection;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::auth::{CurrentUser, RoleRef};
use crate::db::Value;
use crate::{Error, Result, json};

use super::Resource;
use super::access::{Services, readable};
use super::answer::Answer;
use super::engine::{self, ItemWriter, LinkWriter, Linked, Scope};
use super::include::Reach;
use super::meta::Meta;
use super::operation::Operation;
use super::payload::{Intent, Payload, StoredJson, read_payload};
use super::pipeline::{Draft, Target};
use super::query;

/// What the path has in its variable places, or why it is no text.
pub(super) type PathParams = Result<RawPathParams, RawPathParamsRejection>;

/// Reads a body into what is to be written.
pub(super) type ReadBody =
    fn(Intent, Option<RoleRef>, &[u8], Option<&StoredJson<'_>>) -> Result<Draft>;

/// The endpoints of one resource.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) meta: &'static Meta,
    pub(super) target: Target,
    pub(super) services: Services,
    pub(super) read_new: ReadBody,
    pub(super) read_changes: ReadBody,
}

fn read_draft<T: Resource, P: Payload>(
    intent: Intent,
    role: Option<RoleRef>,
    bytes: &[u8],
    stored: Option<&StoredJson<'_>>,
) -> Result<Draft> {
    let (payload, is_patch) = read_payload::<P>(T::meta(), intent, role, bytes, stored)?;
    let draft = Draft::of(payload, Target::of::<T>());
    Ok(Draft { is_patch, ..draft })
}

impl Endpoint {
    pub(super) fn new<T: Resource>(services: Services) -> Self {
        Self {
            meta: T::meta(),
            target: Target::of::<T>(),
            services,
            read_new: read_draft::<T, T::New>,
            read_changes: read_draft::<T, T::Changes>,
        }
    }

    /// Authenticates and asks the rule: before path, query or body are looked at.
    pub(super) async fn enter(
        &self,
        operation: Operation,
        headers: &HeaderMap,
    ) -> Result<(Scope, Option<CurrentUser>)> {
        let caller = self.services.caller(headers).await?;
        let scope = self.services.scope(self.meta, operation, caller.as_ref())?;
        Ok((scope, caller))
    }

    /// Writes a single row as the caller may read it.
    pub(super) fn writer(&self, readable: Arc<[usize]>) -> ItemWriter {
        ItemWriter::new(self.meta, readable, self.services.tags.clone())
    }

    pub(super) fn id(&self, path: &PathParams) -> Result<Value> {
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
        Answer::item(StatusCode::OK, item).into_response()
    }
}

/// A header that is a list, from however many lines it has.
pub(super) fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
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
