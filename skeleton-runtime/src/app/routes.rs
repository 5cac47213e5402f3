//! Handlers written by hand, with what OpenAPI and the guards know of them.

use axum::routing::{MethodFilter, MethodRouter};
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::{RefOr, Schema};

use crate::auth::Rule;
use crate::resource::bounds::Guarded;

use super::AppState;

pub(super) use crate::openapi::{method_name as name, method_of};

/// Handlers written by hand, as `routes!(publish, admin::purge)` lists them.
///
/// Each has `#[utoipa::path(…)]`, which says where it is served, and `#[requires_role(…)]`, which says who may call
/// it: a handler without a rule does not compile here. Open ones say `#[requires_role(public)]`.
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

    /// Adds a handler: `P` is what `#[utoipa::path]` made of it; `#[requires_role]` put its guard in front.
    #[must_use]
    pub fn handler<P>(mut self, handler: Guarded<AppState>) -> Self
    where
        P: utoipa::Path + for<'t> Tags<'t> + SchemaReferences,
    {
        let methods = P::methods();
        let mut operation = P::operation();
        let tags = P::tags();
        if !tags.is_empty() {
            operation
                .tags
                .get_or_insert_default()
                .extend(tags.into_iter().map(str::to_owned));
        }
        let mut schemas = Vec::new();
        P::schemas(&mut schemas);
        let filters: Vec<_> = methods.iter().map(filter).collect();
        let Guarded { handler, rule } = handler;
        let router = handler.on(&filters);
        self.0.push(Route {
            path: P::path(),
            methods,
            operation,
            schemas,
            rule,
            router,
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
