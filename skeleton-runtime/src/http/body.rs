//! Bodies of requests: never more than the limit, and never left half read.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Frame, SizeHint};
use tokio::runtime::Handle;

use crate::error::{Code, Error, Result};

/// What is read and thrown away of a body that nobody wanted.
const LINGER_BYTES: usize = 8 << 20;
/// How long that may take.
const LINGER_TIME: Duration = Duration::from_secs(5);

/// Lays the limit on the body of `request`.
///
/// # Errors
///
/// 413 `payload_too_large` where the declared length is over the limit. A body without a length fails at the limit
/// while it is read, with the error by which axum's extractors know it.
pub(super) fn limited(request: Request, limit: usize) -> Result<Request> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    // Who expects a `100 Continue` has not sent the body yet.
    let linger = !parts.headers.contains_key(header::EXPECT);
    let body = Bounded {
        body,
        remaining: limit,
        linger,
    };
    if body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(Error::new(
            Code::PayloadTooLarge,
            format!("the body is larger than {limit} bytes"),
        ));
    }
    // One limit is enough: axum's own is 2 MB unless told otherwise.
    let mut request = Request::from_parts(parts, Body::new(body));
    DefaultBodyLimit::disable().apply(&mut request);
    Ok(request)
}

/// A body that fails once it is over the limit, and is read to its end when it is dropped.
///
/// A server that closes a connection with bytes unread makes the system reset it, and the reset may overtake the
/// answer: the client would see neither the 413 nor the 401. So the rest is read and thrown away, within bounds.
struct Bounded {
    body: Body,
    remaining: usize,
    linger: bool,
}

impl HttpBody for Bounded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            Some(Ok(frame)) => frame,
            other => {
                self.linger = false;
                return Poll::Ready(other.map(|frame| frame.map_err(Into::into)));
            }
        };
        let length = frame.data_ref().map_or(0, Bytes::len);
        if let Some(remaining) = self.remaining.checked_sub(length) {
            self.remaining = remaining;
            return Poll::Ready(Some(Ok(frame)));
        }
        self.remaining = 0;
        over_the_limit(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Extractors know a body over the limit by `LengthLimitError`, which only `Limited` can make.
fn over_the_limit(context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
    let mut over = Limited::new(Full::new(Bytes::from_static(b"-")), 0);
    Pin::new(&mut over).poll_frame(context)
}

impl Drop for Bounded {
    fn drop(&mut self) {
        if !self.linger || self.body.is_end_stream() {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            let body = mem::take(&mut self.body);
            runtime.spawn(tokio::time::timeout(LINGER_TIME, discard(body)));
        }
    }
}

async fn discard(mut body: Body) {
    let mut rest = LINGER_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        match rest.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
            Some(less) => rest = less,
            None => return,
        }
    }
}
