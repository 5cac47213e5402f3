//! Calls to other services, each a span within the trace of the request that it is made for.

mod call;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::{Body, IntoUrl, Request, Response};
use serde::Serialize;

use super::transport;
use crate::Error;

/// The client for calls to other services. Its clones share connections.
///
/// Each call is a span by OpenTelemetry's conventions for HTTP clients, and has the header `traceparent`, so that the
/// trace goes on over there. Without a collector of spans the call still has the trace of the request: the caller's
/// span, or the id that the log names. A task that a handler spawns is in no request.
///
/// A call fails after 5 seconds without a connection, and after 20 in all; [`RequestBuilder::timeout`] changes the
/// latter. TLS is rustls on aws-lc-rs, and trusts the authorities of the system. `HTTP_PROXY`, `HTTPS_PROXY` and
/// `NO_PROXY` count.
///
/// ```no_run
/// use skeleton_runtime::prelude::*;
///
/// #[derive(Deserialize)]
/// struct Weather {
///     degrees: f64,
/// }
///
/// async fn degrees() -> Result<f64> {
///     let answer = skeleton_runtime::client()
///         .get("http://weather.internal/today")
///         .query(&[("city", "Berlin")])
///         .send()
///         .await?;
///     let weather: Weather = answer.error_for_status()?.json().await?;
///     Ok(weather.degrees)
/// }
/// ```
pub fn client() -> Client {
    Client(transport::shared().clone())
}

/// A client of reqwest's whose calls are spans. [`client`] gives one with the kit's settings; another comes from
/// [`Client::builder`].
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// use std::time::Duration;
///
/// use skeleton_runtime::telemetry::client::Client;
///
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let patient = Client::from(Client::builder().timeout(Duration::from_secs(60)).build()?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client(reqwest::Client);

impl From<reqwest::Client> for Client {
    fn from(client: reqwest::Client) -> Self {
        Self(client)
    }
}

impl Client {
    /// Settings of reqwest's, beginning with the kit's own.
    pub fn builder() -> reqwest::ClientBuilder {
        transport::builder()
    }

    /// A GET.
    pub fn get(&self, url: impl IntoUrl) -> RequestBuilder {
        self.request(Method::GET, url)
    }

    /// A POST.
    pub fn post(&self, url: impl IntoUrl) -> RequestBuilder {
        self.request(Method::POST, url)
    }

    /// A PUT.
    pub fn put(&self, url: impl IntoUrl) -> RequestBuilder {
        self.request(Method::PUT, url)
    }

    /// A PATCH.
    pub fn patch(&self, url: impl IntoUrl) -> RequestBuilder {
        self.request(Method::PATCH, url)
    }

    /// A DELETE.
    pub fn delete(&self, url: impl IntoUrl) -> RequestBuilder {
        self.request(Method::DELETE, url)
    }

    /// A HEAD.
    pub fn head(&self, url: impl IntoUrl) -> RequestBuilder {
        self.request(Method::HEAD, url)
    }

    /// A call with any verb.
    pub fn request(&self, method: Method, url: impl IntoUrl) -> RequestBuilder {
        RequestBuilder(self.0.request(method, url))
    }

    /// Makes a call that is put together already. The answer may have any status.
    ///
    /// # Errors
    ///
    /// Where there is no answer; without the URL, which may hold secrets.
    pub async fn execute(&self, request: Request) -> Result<Response, reqwest::Error> {
        call::execute(&self.0, request).await
    }
}

/// A call that is being put together.
#[must_use = "nothing is sent without `send`"]
pub struct RequestBuilder(reqwest::RequestBuilder);

impl fmt::Debug for RequestBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold secrets.
        formatter
            .debug_struct("RequestBuilder")
            .finish_non_exhaustive()
    }
}

impl RequestBuilder {
    /// Adds a header.
    pub fn header<K, V>(self, name: K, value: V) -> Self
    where
        HeaderName: TryFrom<K>,
        <HeaderName as TryFrom<K>>::Error: Into<axum::http::Error>,
        HeaderValue: TryFrom<V>,
        <HeaderValue as TryFrom<V>>::Error: Into<axum::http::Error>,
    {
        Self(self.0.header(name, value))
    }

    /// Sets headers, in place of those of the same names.
    pub fn headers(self, headers: HeaderMap) -> Self {
        Self(self.0.headers(headers))
    }

    /// `Authorization: Bearer …`.
    pub fn bearer_auth(self, token: impl fmt::Display) -> Self {
        Self(self.0.bearer_auth(token))
    }

    /// `Authorization: Basic …`.
    pub fn basic_auth(self, name: impl fmt::Display, password: Option<impl fmt::Display>) -> Self {
        Self(self.0.basic_auth(name, password))
    }

    /// Adds parameters to the URL.
    pub fn query(self, parameters: &(impl Serialize + ?Sized)) -> Self {
        Self(self.0.query(parameters))
    }

    /// A body of JSON, with its `Content-Type`.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        Self(self.0.json(body))
    }

    /// A form, with its `Content-Type`.
    pub fn form(self, form: &(impl Serialize + ?Sized)) -> Self {
        Self(self.0.form(form))
    }

    /// A body of bytes or text.
    pub fn body(self, body: impl Into<Body>) -> Self {
        Self(self.0.body(body))
    }

    /// How long the whole call may take, in place of 20 seconds.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self(self.0.timeout(timeout))
    }

    /// Makes the call. The answer may have any status.
    ///
    /// # Errors
    ///
    /// What is wrong with the parts of the call, or that there is no answer; without the URL, which may hold secrets.
    pub async fn send(self) -> Result<Response, reqwest::Error> {
        let (client, request) = self.0.build_split();
        call::execute(&client, request.map_err(reqwest::Error::without_url)?).await
    }
}

/// 500 `internal`: what a service asks of others is its own affair. Without the URL, which may hold secrets.
impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        Self::internal(error.without_url())
    }
}
