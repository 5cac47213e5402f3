//! Figures of requests, behind handles that each route has from its first request on.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use metrics::{Counter, Histogram};

use super::handles::Handles;
use super::recorder::Registry;
use super::{Answered, float, names};
use crate::telemetry::method::known_method;

/// The figures of all routes.
#[derive(Default)]
pub(super) struct Requests {
    routes: RwLock<HashMap<Box<str>, Arc<Route>>>,
    unmatched: Route,
    bodies: Handles<&'static str, Bodies>,
    pub(super) in_flight: AtomicUsize,
    pub(super) given_up: AtomicUsize,
}

/// One route's, by verb.
#[derive(Default)]
struct Route(Handles<&'static str, Verb>);

struct Verb {
    latency: Histogram,
    answers: Handles<u16, Answers>,
}

struct Answers {
    all: Counter,
    error: Option<Counter>,
}

struct Bodies {
    request: Histogram,
    response: Histogram,
}

impl Requests {
    pub(super) fn begun(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn ended(&self, is_answered: bool) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        if !is_answered {
            self.given_up.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn answered(&self, registry: &Registry, answered: &Answered<'_>) {
        let method = known_method(answered.method.as_str()).unwrap_or("OTHER");
        match answered.route {
            Some(path) => self.route(path).record(registry, method, path, answered),
            None => self
                .unmatched
                .record(registry, method, names::UNMATCHED, answered),
        }
        let bodies = self.bodies.get(method, || {
            let labels = [(names::METHOD, method)];
            Bodies {
                request: registry.histogram(names::REQUEST_BODY, &labels),
                response: registry.histogram(names::RESPONSE_BODY, &labels),
            }
        });
        // Few verbs have a body, and none of 0 bytes is worth a line.
        if let Some(bytes) = answered.request_bytes.filter(|bytes| *bytes > 0) {
            bodies.request.record(float(bytes));
        }
        if let Some(bytes) = answered.response_bytes {
            bodies.response.record(float(bytes));
        }
    }

    /// There are as many as the program has routes.
    fn route(&self, path: &str) -> Arc<Route> {
        let routes = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = routes.get(path) {
            return route.clone();
        }
        drop(routes);
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        routes.entry(path.into()).or_default().clone()
    }
}

impl Route {
    fn record(
        &self,
        registry: &Registry,
        method: &'static str,
        path: &str,
        answered: &Answered<'_>,
    ) {
        let verb = self.0.get(method, || Verb {
            latency: registry.histogram(
                names::REQUEST_LATENCY,
                &[(names::METHOD, method), (names::PATH, path)],
            ),
            answers: Handles::default(),
        });
        verb.latency.record(answered.elapsed);
        let status = answered.status;
        let answers = verb.answers.get(status.as_u16(), || {
            let labels = [
                (names::METHOD, method),
                (names::PATH, path),
                (names::STATUS, status.as_str()),
            ];
            Answers {
                all: registry.counter(names::REQUEST_COUNT, &labels),
                error: status
                    .is_server_error()
                    .then(|| registry.counter(names::ERROR_COUNT, &labels)),
            }
        });
        answers.all.increment(1);
        if let Some(error) = &answers.error {
            error.increment(1);
        }
    }
}
