//! The routes of a resource.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

use super::Resource;
use super::access::Services;
use super::handlers::{Endpoint, PathParams};
use super::operation::Operation;
use super::overrides::{Overrides, method};

/// The routes of `T`: of each operation that the resource has, under its path.
#[doc(hidden)]
pub fn router<T: Resource, S: Clone + Send + Sync + 'static>(services: Services) -> Router<S> {
    routes(&Arc::new(Endpoint::new::<T>(services)), T::overrides())
}

fn routes<S: Clone + Send + Sync + 'static>(
    endpoint: &Arc<Endpoint>,
    mut overrides: Overrides,
) -> Router<S> {
    let meta = endpoint.meta;
    let mut paths: BTreeMap<String, MethodRouter<S>> = BTreeMap::new();
    for operation in meta.routed() {
        let route = match overrides.take(operation) {
            Some(own) => guarded(own, operation, endpoint.clone()),
            None => generated(operation, endpoint.clone()),
        };
        let path = meta.path_of(operation);
        let before = paths.remove(&path).unwrap_or_default();
        paths.insert(path, before.merge(route));
    }
    paths
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| {
            router.route(&path, methods)
        })
}

fn generated<S: Clone + Send + Sync + 'static>(
    operation: Operation,
    endpoint: Arc<Endpoint>,
) -> MethodRouter<S> {
    let (router, on) = (MethodRouter::new(), method(operation));
    match operation {
        Operation::List => router.on(on, move |headers: HeaderMap, uri: Uri| async move {
            endpoint.list(headers, uri).await
        }),
        Operation::Create => router.on(on, move |request: Request| async move {
            endpoint.create(request).await
        }),
        Operation::Bulk => router.on(on, move |request: Request| async move {
            endpoint.bulk(request).await
        }),
        Operation::Get => {
            let get = move |path: PathParams, headers: HeaderMap, uri: Uri| async move {
                endpoint.get(path, headers, uri).await
            };
            router.on(on, get)
        }
        Operation::Update => router.on(on, move |path: PathParams, request: Request| async move {
            endpoint.update(path, request).await
        }),
        Operation::Replace => router.on(on, move |path: PathParams, request: Request| async move {
            endpoint.replace(path, request).await
        }),
        Operation::Delete => router.on(on, move |path: PathParams, request: Request| async move {
            endpoint.delete(path, request).await
        }),
        Operation::Restore => router.on(on, move |path: PathParams, request: Request| async move {
            endpoint.restore(path, request).await
        }),
    }
}

/// A handler of the user's own, behind the rule of the operation.
fn guarded<S>(
    own: MethodRouter<Services>,
    operation: Operation,
    endpoint: Arc<Endpoint>,
) -> MethodRouter<S> {
    let services = endpoint.services.clone();
    let guard = from_fn(move |request: Request, next: Next| {
        let endpoint = endpoint.clone();
        async move { admit(&endpoint, operation, request, next).await }
    });
    own.layer(guard).with_state(services)
}

async fn admit(
    endpoint: &Endpoint,
    operation: Operation,
    request: Request,
    next: Next,
) -> Response {
    match endpoint.enter(operation, request.headers()).await {
        Ok(_) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}
