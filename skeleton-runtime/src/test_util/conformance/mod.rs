//! placeholder
use super::TestApp;
use crate::resource::{Meta, Operation};
/// A check.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs)]
pub enum Check {
    Roles,
    Rows,
    HiddenFields,
    Cursors,
    Tags,
    Bodies,
    Parameters,
    Deletes,
    Document,
}
/// The suite.
#[derive(Debug)]
pub struct Conformance<'a> {
    app: &'a TestApp,
    meta: &'static Meta,
    without: &'a [Operation],
}
impl<'a> Conformance<'a> {
    /// New.
    pub fn new(app: &'a TestApp, meta: &'static Meta) -> Self {
        Self {
            app,
            meta,
            without: &[],
        }
    }
    /// Without.
    #[must_use]
    pub fn without(mut self, without: &'a [Operation]) -> Self {
        self.without = without;
        self
    }
    /// Hold.
    pub async fn hold(&self, check: Check) {
        let _ = (self.app, self.meta, self.without, check);
    }
}
