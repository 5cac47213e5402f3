//! One thing that is wrong with one field.

use std::borrow::Cow;

use serde::Serialize;

/// One entry of a problem body's `errors`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The body's field or the query's parameter, as it is spelled on the wire.
    pub field: Cow<'static, str>,
    /// Machine-readable and stable, as `length` or `required`.
    pub code: &'static str,
    /// For people.
    pub message: Cow<'static, str>,
}

impl Fault {
    /// A fault of `field`.
    pub fn new(
        field: impl Into<Cow<'static, str>>,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            field: field.into(),
            code,
            message: message.into(),
        }
    }
}
