//! Handlers written by hand, with what OpenAPI and the guards know of them.

use axum::routing::{MethodFilter, MethodRouter};
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::{RefOr, Schema};

use crate::auth::Rule;
use crate::resource::mounting::Placed;

use super::AppState;

pub(super) use crate::openapi::{method_name as name, method_of};

/// Handlers written by hand, as `routes!(publish, admin::purge)` lists them.
///
/// Each has `#[utoipa::path(…)]`, which says where it is served, and `#[requires_role(…)]`, which says who may call
/// it: a handler without a rule does not compile here. Open ones say `#[requires_role(public)]`.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// /// Says hello.
/// #[utoipa::path(get, path = "/hello", responses((status = 200, body = String)))]
/// #[requires_role(public)]
/// async fn hello() -> Json<String> {
///     Json("hello".to_owned())
/// }
///
/// fn app() -> App {
///     App::new(package!()).routes(routes!(hello))
/// }
/// ```
#[derive(Debug, Default)]
pub struct Routes(Vec<Route>);

/// One handler.
pub(super) struct Route {
    pub(super) path: String,
    pub(super) methods: Vec<HttpMethod>,
    pub(super) operation: Operation,
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
    pub(super) rule: Rule,
    pub(super) router: MethodRouter<AppState>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Route")
            .field("path", &self.path)
            .field("rule", &self.rule)
            .finish_non_exhaustive()
    }
}

impl Routes {
    /// No handlers.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a handler, which says where it is and who may call it.
    #[must_use]
    pub fn handler(mut self, handler: Placed<AppState>) -> Self {
        let filters: Vec<_> = handler.methods.iter().map(filter).collect();
        self.0.push(Route {
            path: handler.path,
            methods: handler.methods,
            operation: handler.operation,
            schemas: handler.schemas,
            rule: handler.rule,
            router: handler.handler.on(&filters),
        });
        self
    }

    pub(super) fn into_routes(self) -> Vec<Route> {
        self.0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Route> {
        self.0.iter()
    }

    pub(super) fn extend(&mut self, routes: Self) {
        self.0.extend(routes.0);
    }
}

fn filter(method: &HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
    }
}
