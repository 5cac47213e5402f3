//! The routes of a resource.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, Uri};
use axum::routing::MethodRouter;

use super::Resource;
use super::access::Services;
use super::handlers::{Endpoint, PathParams};
use super::meta::Operation;

/// The routes of `T`: of each operation that the resource has, under its path.
pub fn router<T: Resource, S: Clone + Send + Sync + 'static>(services: Services) -> Router<S> {
    routes(&Arc::new(Endpoint::new::<T>(services)))
}

fn routes<S: Clone + Send + Sync + 'static>(endpoint: &Arc<Endpoint>) -> Router<S> {
    let meta = endpoint.meta;
    let mut collection = MethodRouter::new();
    let mut item = MethodRouter::new();
    for operation in meta.operations {
        match operation {
            Operation::List | Operation::Create => {
                collection = on_collection(collection, *operation, endpoint.clone());
            }
            _ => item = on_item(item, *operation, endpoint.clone()),
        }
    }
    let mut router = Router::new();
    if meta
        .operations
        .iter()
        .any(|operation| matches!(operation, Operation::List | Operation::Create))
    {
        router = router.route(meta.path, collection);
    }
    if meta
        .operations
        .iter()
        .any(|operation| !matches!(operation, Operation::List | Operation::Create))
    {
        let name = meta.id_column().name;
        router = router.route(&format!("{}/{{{name}}}", meta.path), item);
    }
    router
}

fn on_collection<S: Clone + Send + Sync + 'static>(
    router: MethodRouter<S>,
    operation: Operation,
    endpoint: Arc<Endpoint>,
) -> MethodRouter<S> {
    if operation == Operation::List {
        return router.get(move |headers: HeaderMap, uri: Uri| async move {
            endpoint.list(headers, uri).await
        });
    }
    router.post(move |request: Request| async move { endpoint.create(request).await })
}

fn on_item<S: Clone + Send + Sync + 'static>(
    router: MethodRouter<S>,
    operation: Operation,
    endpoint: Arc<Endpoint>,
) -> MethodRouter<S> {
    match operation {
        Operation::Get => router.get(
            move |path: PathParams, headers: HeaderMap, uri: Uri| async move {
                endpoint.get(path, headers, uri).await
            },
        ),
        Operation::Update => router.patch(move |path: PathParams, request: Request| async move {
            endpoint.update(path, request).await
        }),
        Operation::Replace => router.put(move |path: PathParams, request: Request| async move {
            endpoint.replace(path, request).await
        }),
        Operation::Delete => router.delete(
            move |path: PathParams, headers: HeaderMap, uri: Uri| async move {
                endpoint.delete(path, headers, uri).await
            },
        ),
        Operation::List | Operation::Create => router,
    }
}
