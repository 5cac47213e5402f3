//! Who has which book, and until when.

mod handlers;
mod hooks;
mod loan;

use skeleton_runtime::prelude::*;

pub use hooks::LOAN_DAYS;
pub use loan::{Loan, LoanChanges, NewLoan, loans};

/// Adds lending to the application.
pub(crate) fn mount(app: App) -> App {
    app.resource::<Loan>().routes(routes!(handlers::give_back))
}
