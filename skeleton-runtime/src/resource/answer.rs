//! An answer before it is on its way, so that it can be kept.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::{Error, Result, json};

use super::engine::Item;

/// Status, headers and body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, String)>,
    /// JSON; nothing for an answer without a body.
    pub(super) body: Option<Vec<u8>>,
}

impl Answer {
    pub(super) fn empty(status: StatusCode) -> Self {
        let headers = Vec::new();
        Self {
            status,
            headers,
            body: None,
        }
    }

    pub(super) fn json(status: StatusCode, body: Vec<u8>) -> Self {
        Self {
            body: Some(body),
            ..Self::empty(status)
        }
    }

    /// One row, with its tag.
    pub(super) fn item(status: StatusCode, item: Item) -> Self {
        let tag = item.tag.header();
        Self::json(status, item.json).with(header::ETAG, tag)
    }

    pub(super) fn with(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(super) fn into_response(self) -> Result<Response> {
        let has_body = self.body.is_some();
        let mut response = Response::new(self.body.map_or_else(Body::empty, Body::from));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if has_body {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(json::JSON));
        }
        for (name, value) in self.headers {
            let value = HeaderValue::try_from(value).map_err(Error::internal)?;
            headers.insert(name, value);
        }
        Ok(response)
    }
}
