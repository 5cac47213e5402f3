//! The layers around every handler, in one service: each alone would cost an allocation or two for each request.

use std::any::Any;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::HttpBody as _;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};
use tower::{Layer, Service};
use tracing::field::{self, Empty};
use tracing::{Span, debug, error, error_span, info, warn};

use super::context::X_REQUEST_ID;
use super::{RequestContext, Shutdown, body, plain};
use crate::Error;
use crate::auth::ClientAddress;
use crate::config::{HttpConfig, Network};
use crate::db::Passes;
use crate::error::Problem;
use crate::telemetry::metrics::Answered;
use crate::telemetry::{Head, Metrics, RequestId, RequestTrace, fields, is_probe};

const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// Tokens and accounts are answered under `/auth`.
fn is_secret(path: &str) -> bool {
    path.strip_prefix("/auth")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Wraps services into a [`Stack`].
#[derive(Clone)]
pub(super) struct StackLayer(Arc<Shared>);

struct Shared {
    deadline: Duration,
    body_limit: usize,
    trusted_proxies: Vec<Network>,
    shutdown: Shutdown,
    metrics: Metrics,
}

impl StackLayer {
    pub(super) fn new(config: &HttpConfig, shutdown: &Shutdown, metrics: &Metrics) -> Self {
        Self(Arc::new(Shared {
            deadline: config.request_timeout,
            body_limit: config.body_limit,
            trusted_proxies: config.trusted_proxies.clone(),
            shutdown: shutdown.clone(),
            metrics: metrics.clone(),
        }))
    }
}

impl<S> Layer<S> for StackLayer {
    type Service = Stack<S>;

    fn layer(&self, inner: S) -> Stack<S> {
        Stack {
            inner,
            shared: self.0.clone(),
        }
    }
}

/// A handler with everything around it.
#[derive(Clone)]
pub(super) struct Stack<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S> Service<Request> for Stack<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answer<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let exchange = Exchange::begin(&request, &self.shared);
        let id = RequestId::new(exchange.context.id_header());
        request.extensions_mut().insert(id);
        request.extensions_mut().insert(exchange.context.clone());
        if let Some(address) = exchange.context.client_address() {
            request.extensions_mut().insert(ClientAddress(address));
        }
        let work = match body::limited(request, self.shared.body_limit) {
            Ok(request) => Work::Running {
                future: self.inner.call(request),
            },
            Err(error) => Work::Refused {
                response: Some(error.into_response()),
            },
        };
        let passes = match exchange.route() {
            Some(route) if is_probe(route) => Passes::EXEMPT,
            _ => Passes::OF_A_REQUEST,
        };
        Answer {
            passes,
            deadline: sleep_until(exchange.began + self.shared.deadline),
            work,
            exchange,
        }
    }
}

pin_project! {
    /// The answer to come.
    pub(super) struct Answer<F> {
        #[pin]
        work: Work<F>,
        // Not registered with the runtime's timer before the work has to wait.
        #[pin]
        deadline: Sleep,
        passes: Passes,
        exchange: Exchange,
    }
}

pin_project! {
    #[project = WorkProjection]
    enum Work<F> {
        Running { #[pin] future: F },
        Refused { response: Option<Response> },
    }
}

impl<F> Future for Answer<F>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Exchange {
            span,
            shared,
            trace,
            ..
        } = &*this.exchange;
        let passes = this.passes;
        let work = || span.in_scope(|| passes.scope(|| this.work.poll_guarded(context)));
        let polled = shared.metrics.scope(|| trace.scope(work));
        let response = match polled {
            Poll::Ready(response) => response,
            Poll::Pending => {
                ready!(this.deadline.poll(context));
                Error::timeout().into_response()
            }
        };
        Poll::Ready(Ok(this.exchange.finish(response)))
    }
}

impl<F> Work<F>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    /// A panic of the handler is a 500, and the end of its future alone.
    fn poll_guarded(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        let future = match self.project() {
            WorkProjection::Running { future } => future,
            WorkProjection::Refused { response } => {
                return response.take().map_or(Poll::Pending, Poll::Ready);
            }
        };
        match catch_unwind(AssertUnwindSafe(|| future.poll(context))) {
            Ok(Poll::Ready(Ok(response))) => Poll::Ready(response),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => {
                Poll::Ready(Error::internal(panic_message(panic.as_ref())).into_response())
            }
        }
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!(
        "the handler panicked: {}",
        text.unwrap_or("without a message")
    )
}

/// What is known of a request until its answer is logged.
struct Exchange {
    /// Whether no cache may keep the answer, whatever it is.
    is_secret: bool,
    context: RequestContext,
    method: Method,
    route: Option<MatchedPath>,
    request_bytes: Option<u64>,
    began: Instant,
    span: Span,
    trace: RequestTrace,
    shared: Arc<Shared>,
    answered: bool,
}

impl Exchange {
    fn begin(request: &Request, shared: &Arc<Shared>) -> Self {
        let context = RequestContext::of(request, &shared.trusted_proxies);
        // At the highest level, so that every line has the id, whatever the filter.
        let span = error_span!(
            fields::REQUEST,
            { fields::OTEL_KIND } = fields::SERVER,
            { fields::REQUEST_ID } = context.id(),
            { fields::TRACE_ID } = field::display(context.trace_id()),
            { fields::USER_ID } = Empty
        );
        shared.metrics.begun();
        let route = request.extensions().get::<MatchedPath>().cloned();
        let trace = RequestTrace::begin(&span, context.belonging(), || Head {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
            route: route.as_ref().map(MatchedPath::as_str),
            client: context.client_address(),
        });
        Self {
            method: request.method().clone(),
            route,
            trace,
            request_bytes: request.body().size_hint().exact(),
            is_secret: is_secret(request.uri().path()),
            began: Instant::now(),
            context,
            span,
            shared: shared.clone(),
            answered: false,
        }
    }

    /// Gives the answer what every answer has, and logs it.
    fn finish(&mut self, response: Response) -> Response {
        let mut response = match response.extensions().get::<Problem>() {
            None if is_error(response.status()) => plain::into_problem(response),
            _ => response,
        };
        let problem = response.extensions().get::<Problem>().cloned();
        if let Some(problem) = &problem {
            problem.write_into(&mut response, self.context.id());
        }
        let headers = response.headers_mut();
        headers.insert(X_REQUEST_ID, self.context.id_header());
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
        if self.is_secret {
            headers.insert(header::CACHE_CONTROL, NO_STORE);
        }
        if self.shared.shutdown.has_begun() {
            headers.insert(header::CONNECTION, CLOSE);
        }
        self.answered = true;
        self.log(response.status(), problem.as_ref());
        let problem = problem.as_ref().map(|problem| problem.code().as_str());
        self.trace.finish(&self.span, response.status(), problem);
        self.shared.metrics.answered(&Answered {
            method: &self.method,
            route: self.route(),
            status: response.status(),
            elapsed: self.began.elapsed(),
            request_bytes: self.request_bytes,
            response_bytes: response.body().size_hint().exact(),
        });
        response
    }

    /// One line, at the level that the status asks for.
    fn log(&self, status: StatusCode, problem: Option<&Problem>) {
        let _entered = self.span.enter();
        macro_rules! line {
            ($level:ident) => {
                $level!(
                    { fields::METHOD } = self.method.as_str(),
                    { fields::ROUTE } = self.route(),
                    { fields::STATUS } = status.as_u16(),
                    { fields::DURATION_MS } = self.duration_ms(),
                    { fields::CLIENT_ADDRESS } = self.context.client_address().map(field::display),
                    { fields::PROBLEM } = problem.map(|problem| problem.code().as_str()),
                    { fields::CAUSE } = problem.and_then(Problem::cause),
                    "answered"
                )
            };
        }
        match status {
            // A line for each would be most of what a refusal costs; they are counted.
            _ if problem.is_some_and(Problem::is_overload) => line!(debug),
            // The service said so itself, and may do so many times a second.
            StatusCode::SERVICE_UNAVAILABLE => line!(warn),
            _ if status.is_server_error() => line!(error),
            _ if self.route().is_some_and(is_probe) => line!(debug),
            _ => line!(info),
        }
    }

    fn route(&self) -> Option<&str> {
        self.route.as_ref().map(MatchedPath::as_str)
    }

    /// With decimals down to a microsecond.
    fn duration_ms(&self) -> f64 {
        let micros = self.began.elapsed().as_micros();
        f64::from(u32::try_from(micros).unwrap_or(u32::MAX)) / 1000.0
    }
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// A client that goes away takes its request with it: that too is a line in the log.
impl Drop for Exchange {
    fn drop(&mut self) {
        self.shared.metrics.ended(self.answered);
        if self.answered {
            return;
        }
        let _entered = self.span.enter();
        info!(
            { fields::METHOD } = self.method.as_str(),
            { fields::ROUTE } = self.route(),
            { fields::DURATION_MS } = self.duration_ms(),
            { fields::CLIENT_ADDRESS } = self.context.client_address().map(field::display),
            "given up before it was answered"
        );
    }
}
