//! A shop. An order takes its goods from the stock, and gives them back when it is cancelled.

pub mod handlers;
pub mod hooks;
pub mod models;

use skeleton_runtime::prelude::*;

/// The application, ready to run or to be tested.
#[must_use]
pub fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<models::Product>()
        .resource::<models::Order>()
        .routes(routes!(handlers::cancel, handlers::sold_out))
}
