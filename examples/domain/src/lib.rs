//! A lending library. Each module is a part of the domain, with its resources, rules and hooks, and says itself what of
//! it the application gets.
//!
//! `lending` knows `catalogue`; `catalogue` knows nothing of `lending`.

pub mod catalogue;
pub mod lending;
mod roles;

use skeleton_runtime::prelude::*;

pub use roles::Role;

/// The application, ready to run or to be tested.
#[must_use]
pub fn app() -> App {
    let app = App::new(package!())
        .roles::<Role>()
        .migrations(migrations!("migrations"));
    lending::mount(catalogue::mount(app))
}
