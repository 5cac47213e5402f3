//! The six operations over HTTP. They are compiled once: what differs between resources is data.

use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::auth::CurrentUser;
use crate::db::Value;
use crate::{Error, Result, json};

use super::Resource;
use super::access::Services;
use super::engine::{self, RowWriter, Scope, Written};
use super::meta::{Meta, Operation};
use super::payload::{Intent, Payload, Values, read_payload};
use super::query;

/// RFC 7396, section 4.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// What the path has in its variable places, or why it is no text.
pub(super) type PathParams = Result<RawPathParams, RawPathParamsRejection>;

/// Reads a body into the values to write.
type ReadBody = fn(Intent, &[u8]) -> Result<Values>;

/// The endpoints of one resource.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) meta: &'static Meta,
    services: Services,
    read_new: ReadBody,
    read_changes: ReadBody,
}

fn read_values<T: Resource, P: Payload>(intent: Intent, bytes: &[u8]) -> Result<Values> {
    let mut values = Values::default();
    read_payload::<P>(T::meta(), intent, bytes)?.into_values(&mut values);
    Ok(values)
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

    fn id(&self, path: &PathParams) -> Result<Value> {
        let column = self.meta.id_column();
        let path = path
            .as_ref()
            .map_err(|_| Error::invalid_path(column.name, "is not UTF-8"))?;
        let text = path.iter().next().map_or("", |(_, value)| value);
        (column.parse)(text).map_err(|mismatch| Error::invalid_path(column.name, mismatch.message))
    }

    pub(super) async fn list(&self, headers: HeaderMap, uri: Uri) -> Result<Response> {
        let (scope, _) = self.enter(Operation::List, &headers).await?;
        let text = uri.query().unwrap_or_default();
        let list = query::read(self.meta, &self.services.cursors, text)?;
        let writer = RowWriter::new(self.meta);
        let page = engine::list(&self.services.db, self.meta, list.request, scope, writer).await?;
        let cursor = page
            .next
            .map(|key| self.services.cursors.seal(&list.context, &key));
        let mut response = json_response(StatusCode::OK, page_body(&page.rows, cursor.as_deref()));
        if let Some(cursor) = cursor {
            let link = format!(
                "<{}?{}>; rel=\"next\"",
                uri.path(),
                query::with_cursor(text, &cursor)
            );
            if let Ok(link) = HeaderValue::try_from(link) {
                response.headers_mut().insert(header::LINK, link);
            }
        }
        Ok(response)
    }

    pub(super) async fn get(&self, path: PathParams, headers: HeaderMap) -> Result<Response> {
        let (scope, _) = self.enter(Operation::Get, &headers).await?;
        let id = self.id(&path)?;
        let row = engine::get(
            &self.services.db,
            self.meta,
            id,
            scope,
            RowWriter::new(self.meta),
        )
        .await?;
        row.map(|row| json_response(StatusCode::OK, row))
            .ok_or_else(Error::not_found)
    }

    pub(super) async fn create(&self, request: Request) -> Result<Response> {
        let (_, caller) = self.enter(Operation::Create, request.headers()).await?;
        let bytes = json::read_body(request, &[json::JSON]).await?;
        let values = (self.read_new)(Intent::Create, &bytes)?;
        let mut connection = self.services.db.write().await?;
        let owner = caller.map(|caller| caller.id);
        let writer = engine::WithId::new(self.meta);
        let (row, id) = engine::insert(&mut connection, self.meta, values, owner, writer).await?;
        let mut response = json_response(StatusCode::CREATED, row);
        let location =
            HeaderValue::try_from(format!("{}/{id}", self.meta.path)).map_err(Error::internal)?;
        response.headers_mut().insert(header::LOCATION, location);
        Ok(response)
    }

    pub(super) async fn update(&self, path: PathParams, request: Request) -> Result<Response> {
        let (scope, caller) = self.enter(Operation::Update, request.headers()).await?;
        let id = self.id(&path)?;
        let bytes = json::read_body(request, &[json::JSON, MERGE_PATCH]).await?;
        let values = (self.read_changes)(Intent::Update, &bytes)?;
        self.write(Operation::Update, id, values, scope, caller)
            .await
    }

    pub(super) async fn replace(&self, path: PathParams, request: Request) -> Result<Response> {
        let (scope, caller) = self.enter(Operation::Replace, request.headers()).await?;
        let id = self.id(&path)?;
        let bytes = json::read_body(request, &[json::JSON]).await?;
        let values = (self.read_changes)(Intent::Replace, &bytes)?;
        self.write(Operation::Replace, id, values, scope, caller)
            .await
    }

    async fn write(
        &self,
        operation: Operation,
        id: Value,
        values: Values,
        scope: Scope,
        caller: Option<CurrentUser>,
    ) -> Result<Response> {
        let writer = RowWriter::new(self.meta);
        let written = if values.is_empty() {
            let row = engine::get(&self.services.db, self.meta, id.clone(), scope, writer).await?;
            row.map_or(Written::NoRow, Written::Done)
        } else {
            let mut connection = self.services.db.write().await?;
            engine::update(
                &mut connection,
                self.meta,
                id.clone(),
                values,
                scope,
                writer,
            )
            .await?
        };
        match written {
            Written::Done(row) => Ok(json_response(StatusCode::OK, row)),
            Written::NoRow => Err(self.refusal(operation, id, scope, caller.as_ref()).await),
        }
    }

    pub(super) async fn delete(&self, path: PathParams, headers: HeaderMap) -> Result<Response> {
        let (scope, caller) = self.enter(Operation::Delete, &headers).await?;
        let id = self.id(&path)?;
        let mut connection = self.services.db.write().await?;
        match engine::delete(&mut connection, self.meta, id.clone(), scope).await? {
            Written::Done(()) => Ok(StatusCode::NO_CONTENT.into_response()),
            Written::NoRow => {
                // SQLite has one writer: it must not wait here for a read.
                drop(connection);
                Err(self
                    .refusal(Operation::Delete, id, scope, caller.as_ref())
                    .await)
            }
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

/// `{"items":[…],"next_cursor":"…"}`
fn page_body(rows: &[Vec<u8>], cursor: Option<&str>) -> Vec<u8> {
    let size: usize = rows.iter().map(|row| row.len() + 1).sum();
    let mut body = Vec::with_capacity(size + 256);
    body.extend_from_slice(b"{\"items\":[");
    for (position, row) in rows.iter().enumerate() {
        if position > 0 {
            body.push(b',');
        }
        body.extend_from_slice(row);
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
    body.push(b'}');
    body
}
