//! How a handler by hand comes to a router: it can be one, has a rule, and says where it is.
//!
//! Each of these is a bound that an expansion asks for at the handler's name, as those in [`bounds`](super::bounds).

use std::fmt::Debug;
use std::marker::PhantomData;

use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter};
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::Path as _;
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::{RefOr, Schema};

use crate::auth::{Guard, GuardRule, Rule};

/// A function that can answer requests; `S` is the state of the router.
#[diagnostic::on_unimplemented(
    message = "this function cannot be a handler",
    label = "not a handler",
    note = "a handler is an `async fn`: its parameters are extractors, one that reads the body the last; it returns an answer, \
            as `Result<Json<Article>>`; `#[axum::debug_handler]` on it says more"
)]
pub trait IsHandler<M, S>: Sized {
    /// The function, to be added to a router.
    fn mount(self) -> Mount<M, S, Self>;
}

/// Adds a handler to a router, for some methods; `M` are the types of its parameters.
///
/// `H` is the function's type for the compiler alone: of one that is not known it then tells nothing more.
pub struct Mount<M, S, H> {
    mount: Mounting<S>,
    types: PhantomData<fn(M, H)>,
}

type Mounting<S> = Box<dyn FnOnce(&[MethodFilter]) -> MethodRouter<S>>;

impl<M, S, H> Debug for Mount<M, S, H> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Mount").finish_non_exhaustive()
    }
}

impl<M, S, H> Mount<M, S, H> {
    /// A router with the handler for each of these methods.
    pub(crate) fn on(self, filters: &[MethodFilter]) -> MethodRouter<S> {
        (self.mount)(filters)
    }
}

#[diagnostic::do_not_recommend]
impl<H, M, S> IsHandler<M, S> for H
where
    H: Handler<M, S>,
    M: 'static,
    S: Clone + Send + Sync + 'static,
{
    fn mount(self) -> Mount<M, S, Self> {
        let mount = move |filters: &[MethodFilter]| {
            let handlers = filters.iter();
            handlers.fold(MethodRouter::new(), |router, filter| {
                router.on(*filter, self.clone())
            })
        };
        Mount {
            mount: Box::new(mount),
            types: PhantomData,
        }
    }
}

/// A handler with its rule; `R` is what `#[requires_role]` made of it.
#[derive(Debug)]
pub struct Guarded<S, R> {
    handler: Mount<(), S, ()>,
    rule: PhantomData<fn(R)>,
}

/// A handler behind a guard, told by the types of its parameters.
#[diagnostic::on_unimplemented(
    message = "this handler has no rule: anybody could call it",
    label = "needs `#[requires_role(…)]`",
    note = "write `#[requires_role(Admin)]` above it, or `#[requires_role(public)]` where anybody may"
)]
pub trait IsGuarded<S> {
    /// What `#[requires_role]` made of the rule.
    type Rule;

    /// The handler with its rule.
    fn guarded(self) -> Guarded<S, Self::Rule>;
}

macro_rules! guarded {
    ($($parameter:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<S, Via, Function, R: GuardRule, $($parameter),*> IsGuarded<S> for Mount<(Via, Guard<R>, $($parameter,)*), S, Function> {
            type Rule = R;

            fn guarded(self) -> Guarded<S, R> {
                let handler = Mount { mount: self.mount, types: PhantomData };
                Guarded { handler, rule: PhantomData }
            }
        }
    };
}

guarded!();
guarded!(A);
guarded!(A, B);
guarded!(A, B, C);
guarded!(A, B, C, D);
guarded!(A, B, C, D, E);
guarded!(A, B, C, D, E, F);
guarded!(A, B, C, D, E, F, G);
guarded!(A, B, C, D, E, F, G, H);
guarded!(A, B, C, D, E, F, G, H, I);
guarded!(A, B, C, D, E, F, G, H, I, J);
guarded!(A, B, C, D, E, F, G, H, I, J, K);
guarded!(A, B, C, D, E, F, G, H, I, J, K, L);
guarded!(A, B, C, D, E, F, G, H, I, J, K, L, M);
guarded!(A, B, C, D, E, F, G, H, I, J, K, L, M, N);
guarded!(A, B, C, D, E, F, G, H, I, J, K, L, M, N, O);

/// What stands beside a guarded handler: a type that `#[utoipa::path]` made, or one that says nothing.
pub trait Beside {
    /// The type.
    type Path;
}

/// A handler with its rule and its place.
pub struct Placed<S> {
    pub(crate) handler: Mount<(), S, ()>,
    pub(crate) rule: Rule,
    pub(crate) path: String,
    pub(crate) methods: Vec<HttpMethod>,
    pub(crate) operation: Operation,
    pub(crate) schemas: Vec<(String, RefOr<Schema>)>,
}

impl<S> Debug for Placed<S> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Placed")
            .field("path", &self.path)
            .field("rule", &self.rule)
            .finish_non_exhaustive()
    }
}

/// A handler that says where it is.
#[diagnostic::on_unimplemented(
    message = "this handler has no path: nobody could call it",
    label = "needs `#[utoipa::path(…)]`",
    note = "write `#[utoipa::path(get, path = \"/ping\")]` above it, with its own method and path"
)]
pub trait IsPlaced<S> {
    /// The handler with its rule and its place.
    fn placed(self) -> Placed<S>;
}

#[diagnostic::do_not_recommend]
impl<S, R> IsPlaced<S> for Guarded<S, R>
where
    R: GuardRule + Beside,
    R::Path: utoipa::Path + for<'t> Tags<'t> + SchemaReferences,
{
    fn placed(self) -> Placed<S> {
        let mut operation = R::Path::operation();
        let tags = R::Path::tags();
        if !tags.is_empty() {
            operation
                .tags
                .get_or_insert_default()
                .extend(tags.into_iter().map(str::to_owned));
        }
        let mut schemas = Vec::new();
        R::Path::schemas(&mut schemas);
        Placed {
            handler: self.handler,
            rule: R::RULE,
            path: R::Path::path(),
            methods: R::Path::methods(),
            operation,
            schemas,
        }
    }
}
