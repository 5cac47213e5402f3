//! What the messages of `tests/ui/<macro>/fail` tell to write, pasted; `tests/tests/ui.rs` makes it.

#![allow(
    missing_docs,
    missing_debug_implementations,
    unused,
    clippy::all,
    clippy::pedantic,
    reason = "nobody uses these programs: they show that they compile"
)]

#[path = "fixed/app.rs"]
pub mod app;
#[path = "fixed/conformance.rs"]
pub mod conformance;
#[path = "fixed/db_enum.rs"]
pub mod db_enum;
#[path = "fixed/hooks.rs"]
pub mod hooks;
#[path = "fixed/requires_role.rs"]
pub mod requires_role;
#[path = "fixed/resource.rs"]
pub mod resource;
#[path = "fixed/role.rs"]
pub mod role;
#[path = "fixed/routes.rs"]
pub mod routes;
#[path = "fixed/test.rs"]
pub mod test;
