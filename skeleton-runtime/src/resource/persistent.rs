//! What a request has begun and must not leave half done.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tracing::Instrument as _;

/// Work that goes on by itself where whoever waits for it goes away.
pub(super) struct Persistent<T: Send + 'static>(Option<BoxFuture<'static, T>>);

impl<T: Send + 'static> Persistent<T> {
    /// Begins when it is first waited for.
    pub(super) fn new(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Some(work.in_current_span().boxed()))
    }
}

impl<T: Send + 'static> Future for Persistent<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<T> {
        let Some(work) = &mut self.0 else {
            return Poll::Pending;
        };
        let polled = work.poll_unpin(task);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl<T: Send + 'static> Drop for Persistent<T> {
    fn drop(&mut self) {
        if let Some(work) = self.0.take()
            && !std::thread::panicking()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn it_goes_on_when_nobody_waits_any_more() {
        let (begin, begun) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let work = Persistent::new(async move {
            begun.await.unwrap();
            end.send(()).unwrap();
        });
        let waited = tokio::time::timeout(Duration::from_millis(1), work).await;
        assert!(waited.is_err());
        begin.send(()).unwrap();
        ended.await.unwrap();
    }

    #[tokio::test]
    async fn its_result_is_that_of_the_work() {
        assert_eq!(Persistent::new(async { 7 }).await, 7);
    }
}
