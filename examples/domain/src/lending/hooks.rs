use std::time::Duration;

use skeleton_runtime::error::Code;
use skeleton_runtime::prelude::*;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Loan, NewLoan, loans};

/// How long a book may be kept.
pub const LOAN_DAYS: u64 = 28;

/// Lends each book to one reader at a time.
#[derive(Debug)]
pub(super) struct Desk;

impl Hooks<Loan> for Desk {
    async fn before_create(cx: &mut Context<'_>, new: &mut NewLoan) -> Result<()> {
        // Nobody else borrows it between the look and the write.
        cx.lock(&format!("loan of {}", new.book_id)).await?;
        let lent = loans::table
            .filter(loans::book_id.eq(new.book_id))
            .filter(loans::returned_at.is_null());
        let lent: i64 = lent.count().get_result(cx.connection().await?).await?;
        if lent > 0 {
            let fault = Fault::new("book_id", "lent", "somebody has it");
            return Err(Error::new(Code::Conflict, "the book is lent").with_faults(vec![fault]));
        }
        let due = Utc::now() + Duration::from_secs(LOAN_DAYS * 24 * 60 * 60);
        new.due_on = due.date_naive();
        Ok(())
    }
}
