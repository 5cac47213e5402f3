//! Tests of applications: `#[test]` and `conformance!`.

mod args;
pub(crate) mod conformance;
pub(crate) mod test;
