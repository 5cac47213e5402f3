//! What `/health` asks, beside the database.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, FutureExt as _};

use crate::Error;
use crate::http::Health;

use super::AppState;

type Check = dyn Fn(AppState) -> BoxFuture<'static, Result<(), Error>> + Send + Sync;

/// A dependency of the application's own.
#[derive(Clone)]
pub(super) struct HealthCheck {
    name: &'static str,
    check: Arc<Check>,
}

impl std::fmt::Debug for HealthCheck {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

impl HealthCheck {
    pub(super) fn new<F, Fut, E>(name: &'static str, check: F) -> Self
    where
        F: Fn(AppState) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let check = move |state| {
            let outcome = check(state);
            async move {
                let retry_after = Duration::from_secs(1);
                outcome
                    .await
                    .map_err(|error| Error::unavailable(retry_after, error))
            }
            .boxed()
        };
        Self {
            name,
            check: Arc::new(check),
        }
    }

    /// Adds it, with the state that it is asked with.
    pub(super) fn add_to(self, health: Health, state: &AppState) -> Health {
        let Self { name, check } = self;
        let state = state.clone();
        health.check(name, move || {
            let (began, outcome) = (Instant::now(), check(state.clone()));
            async move { outcome.await.map(|()| began.elapsed()) }
        })
    }
}
