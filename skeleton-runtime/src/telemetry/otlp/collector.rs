//! The way to the collector.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{
    Protocol, RetryPolicy, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;
use tokio::runtime::Handle;

use crate::config::TracesConfig;
use crate::telemetry::transport;

use super::tally::Tally;

/// As the OpenTelemetry specification has it, for a batch with all its attempts.
const TIMEOUT: Duration = Duration::from_secs(10);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// The runtime of the service, once there is one.
pub(super) type Runtime = Arc<OnceLock<Handle>>;

/// An exporter that connects nowhere yet.
pub(super) fn exporter(
    config: &TracesConfig,
    runtime: Runtime,
    tally: Tally,
) -> Result<SpanExporter, String> {
    let (endpoint, login) = endpoint(config)?;
    let retries = RetryPolicy::disabled()
        .with_max_retries(3)
        .with_initial_delay(Duration::from_millis(500))
        .with_max_delay(Duration::from_secs(2))
        .with_max_jitter(Duration::from_millis(100));
    SpanExporter::builder()
        .with_http()
        .with_http_client(Collector { runtime, tally })
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(&endpoint)
        .with_headers(headers(config, login)?)
        .with_timeout(TIMEOUT)
        .with_retry_policy(retries)
        .build()
        .map_err(|error| match error.to_string() {
            // A key may be in it.
            text if text.contains(&endpoint) => "the endpoint of OTLP is no URL".to_owned(),
            text => text,
        })
}

/// A login within the URL goes into a header, as clients do, and so into no message.
fn endpoint(config: &TracesConfig) -> Result<(String, Option<String>), String> {
    let mut url = reqwest::Url::parse(config.endpoint.expose())
        .map_err(|error| format!("the endpoint of OTLP is no URL: {error}"))?;
    let decoded = |text: &str| {
        let bytes = percent_encoding::percent_decode_str(text);
        bytes.decode_utf8_lossy().into_owned()
    };
    let (name, password) = (decoded(url.username()), url.password().map(decoded));
    if name.is_empty() && password.is_none() {
        return Ok((url.into(), None));
    }
    // A URL with a host takes both.
    let _ = (url.set_username(""), url.set_password(None));
    let login = STANDARD.encode(format!("{name}:{}", password.unwrap_or_default()));
    Ok((url.into(), Some(format!("Basic {login}"))))
}

fn headers(
    config: &TracesConfig,
    login: Option<String>,
) -> Result<HashMap<String, String>, String> {
    use axum::http::{HeaderName, HeaderValue};
    let mut headers = HashMap::new();
    headers.extend(login.map(|login| ("authorization".to_owned(), login)));
    for (place, (name, value)) in config.headers.expose().iter().enumerate() {
        // The exporter would leave it out and say nothing.
        if HeaderName::try_from(name.as_str()).is_err() || HeaderValue::from_str(value).is_err() {
            return Err(format!(
                "entry {} of OTEL_EXPORTER_OTLP_HEADERS is no header",
                place + 1
            ));
        }
        headers.insert(name.clone(), value.clone());
    }
    Ok(headers)
}

/// The shared client, on the runtime of the service: the exporter asks from a thread of its own.
#[derive(Debug)]
struct Collector {
    runtime: Runtime,
    tally: Tally,
}

impl HttpClient for Collector {
    // As `async_trait` would write it.
    fn send_bytes<'this, 'answer>(
        &'this self,
        request: Request<Bytes>,
    ) -> BoxFuture<'answer, Result<Response<Bytes>, HttpError>>
    where
        'this: 'answer,
        Self: 'answer,
    {
        Box::pin(async move {
            match self.ask(request).await {
                Ok(answer) if answer.status().is_success() => {
                    self.took(answer.body());
                    Ok(answer)
                }
                Ok(answer) => {
                    let reason = format!("it answers {}", answer.status());
                    self.tally.told(Some(&reason));
                    Ok(self.last(answer))
                }
                Err(error) => {
                    let reason = explain(error);
                    self.tally.told(Some(&reason));
                    if self.tally.is_ending() {
                        return Ok(self.last(Response::default()));
                    }
                    Err(reason.into())
                }
            }
        })
    }
}

impl Collector {
    async fn ask(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let runtime = self.runtime.get().ok_or("nothing is served yet")?;
        let attempt = runtime.spawn(async {
            let answer = transport::shared().send_bytes(request);
            tokio::time::timeout(ATTEMPT_TIMEOUT, answer).await
        });
        // The runtime may end meanwhile.
        attempt.await?.map_err(|_| "it does not answer in time")?
    }

    /// An answer that can't be read says nothing of spans that were thrown away.
    fn took(&self, answer: &[u8]) {
        let answer = ExportTraceServiceResponse::decode(answer).unwrap_or_default();
        let rejected = answer.partial_success.map_or(0, |part| part.rejected_spans);
        let rejected = u64::try_from(rejected).unwrap_or(0);
        self.tally.rejected(rejected);
        self.tally
            .told((rejected > 0).then_some("it rejected some"));
    }

    /// While the process ends, each failure is one that the exporter does not try again.
    fn last(&self, mut answer: Response<Bytes>) -> Response<Bytes> {
        if self.tally.is_ending() {
            *answer.status_mut() = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
        }
        answer
    }
}

/// With its causes, and without the URL, which may hold a key.
fn explain(error: HttpError) -> String {
    let error = match error.downcast::<reqwest::Error>() {
        Ok(error) => Box::new(error.without_url()) as HttpError,
        Err(error) => error,
    };
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let _ = write!(text, ": {inner}");
        source = inner.source();
    }
    text
}
