//! Handlers of the user's own in the place of generated ones.

use axum::routing::{MethodFilter, MethodRouter};

use super::access::Services;
use super::mounting::Mount;
use super::operation::Operation;

/// The operations of a resource that a handler of the user's own answers: `operations(list = my_list)`.
///
/// The resource's rule still guards them, before the handler sees the request.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Overrides(Vec<(Operation, MethodRouter<Services>)>);

impl Overrides {
    /// None.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Answers `operation` by `handler`.
    #[must_use]
    pub fn on<M, H>(mut self, operation: Operation, handler: Mount<M, Services, H>) -> Self {
        let router = handler.on(&[method(operation)]);
        self.0.push((operation, router));
        self
    }

    pub(super) fn take(&mut self, operation: Operation) -> Option<MethodRouter<Services>> {
        let place = self.0.iter().position(|(own, _)| *own == operation)?;
        Some(self.0.swap_remove(place).1)
    }
}

/// The method that an operation is asked for with.
pub(super) const fn method(operation: Operation) -> MethodFilter {
    match operation {
        Operation::List | Operation::Get => MethodFilter::GET,
        Operation::Create | Operation::Bulk | Operation::Restore => MethodFilter::POST,
        Operation::Update => MethodFilter::PATCH,
        Operation::Replace => MethodFilter::PUT,
        Operation::Delete => MethodFilter::DELETE,
    }
}
