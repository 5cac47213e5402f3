//! For tests that look at the statements of a request: they are noted where all of them pass.

use std::cell::RefCell;

use super::statement::Statement;

tokio::task_local! {
    static RECORDED: RefCell<Vec<Statement>>;
}

/// What `work` gives, and the statements that it sent to any database, in their order, with what begins and ends
/// transactions (by name). Work that it spawned has none.
pub(crate) async fn record<T>(work: impl Future<Output = T>) -> (T, Vec<Statement>) {
    let recorded = async {
        let result = work.await;
        (result, RECORDED.with(RefCell::take))
    };
    RECORDED.scope(RefCell::default(), recorded).await
}

pub(super) fn note(statement: impl FnOnce() -> Statement) {
    // Nobody asked: most tests don't.
    let _ = RECORDED.try_with(|recorded| recorded.borrow_mut().push(statement()));
}
