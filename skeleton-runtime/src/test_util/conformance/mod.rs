//! The contract, held against one resource: what `conformance!` runs.

mod bodies;
mod cursors;
mod deletes;
mod document;
mod hidden;
mod parameters;
mod roles;
mod rows;
mod subject;
mod tags;

use serde_json::Value as JsonValue;

use crate::app::App;
use crate::db::AnyBackend;
use crate::resource::{Meta, Operation, Resource};

use super::{TestApp, run};
use subject::Subject;

/// One part of the contract. Each answer that any of them gets must have a status that the OpenAPI document declares
/// for the operation, and errors must be problem bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Each operation is done for whom its rule says, and for nobody else: with each role and without a token, with rows of
    /// one's own and of others. What is refused changes nothing. An operation that is not declared has no route.
    Roles,
    /// A row is the same in the answer of its creation, read alone, in a list, and after an empty patch; a bulk create
    /// makes all of its rows or none.
    Rows,
    /// An answer has the fields that its caller may read, and no others; of what is hidden neither name nor value gets
    /// out, and it can't be filtered, sorted or selected.
    HiddenFields,
    /// A walk through all pages meets each row once, in order, whatever the sort, and although rows are made meanwhile.
    /// A cursor holds for its own list alone.
    Cursors,
    /// A tag changes when the row does. `If-Match` lets one through, `If-None-Match` saves a body.
    Tags,
    /// A body that breaks a rule is refused with all of its faults, and nothing is written.
    Bodies,
    /// A parameter or an id that can't be meant is refused.
    Parameters,
    /// A deleted row is gone; where deletes are soft it comes back as it was.
    Deletes,
    /// The OpenAPI document has the operations, parameters and fields that there are.
    Document,
}

/// Runs one check on a fresh database: what the tests of `conformance!` do.
///
/// # Panics
///
/// As [`Conformance::hold`]; as [`run`] without a database.
#[doc(hidden)]
pub fn conform<T: Resource>(
    backend: AnyBackend,
    check: Check,
    app: impl Fn() -> App,
    settings: &[(&str, &str)],
    without: &[Operation],
    values: Vec<(&'static str, JsonValue)>,
) {
    run(backend, app, settings, async move |app: TestApp| {
        let conformance = Conformance::new(&app, T::meta());
        conformance
            .without(without)
            .values(values)
            .hold(check)
            .await;
    });
}

/// A resource that is held to the contract.
///
/// It is called by the tests that `conformance!(Article)` makes; by itself it is for resources that are meant to fail.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::test_util::{Check, Conformance, TestApp};
///
/// # #[resource] pub struct Article { pub id: Uuid, pub title: String }
///
/// # async fn example(app: &TestApp) {
/// Conformance::new(app, Article::meta()).hold(Check::Cursors).await;
/// # }
/// ```
#[derive(Debug)]
pub struct Conformance<'a> {
    app: &'a TestApp,
    meta: &'static Meta,
    without: &'a [Operation],
    values: Vec<(&'static str, JsonValue)>,
}

impl<'a> Conformance<'a> {
    /// A resource of the application, with all of its operations.
    pub const fn new(app: &'a TestApp, meta: &'static Meta) -> Self {
        Self {
            app,
            meta,
            without: &[],
            values: Vec::new(),
        }
    }

    /// Leaves out operations that a handler of the application's own answers in a form of its own.
    #[must_use]
    pub fn without(mut self, operations: &'a [Operation]) -> Self {
        self.without = operations;
        self
    }

    /// Gives fields these values in every row, where no made-up one would do.
    #[must_use]
    pub fn values(mut self, values: Vec<(&'static str, JsonValue)>) -> Self {
        self.values = values;
        self
    }

    /// Holds the resource to one part of the contract.
    ///
    /// # Panics
    ///
    /// When it breaks it: the message has the request and the answer.
    pub async fn hold(&self, check: Check) {
        let subject = Subject::new(self.app, self.meta, self.without, &self.values).await;
        match check {
            Check::Roles => Box::pin(roles::check(&subject)).await,
            Check::Rows => Box::pin(rows::check(&subject)).await,
            Check::HiddenFields => Box::pin(hidden::check(&subject)).await,
            Check::Cursors => Box::pin(cursors::check(&subject)).await,
            Check::Tags => Box::pin(tags::check(&subject)).await,
            Check::Bodies => Box::pin(bodies::check(&subject)).await,
            Check::Parameters => Box::pin(parameters::check(&subject)).await,
            Check::Deletes => Box::pin(deletes::check(&subject)).await,
            Check::Document => document::check(&subject),
        }
    }
}
