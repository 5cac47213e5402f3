use skeleton_runtime::prelude::*;

use super::{Loan, LoanChanges};
use crate::Role;

/// Takes a book back.
///
/// # Errors
///
/// 404 where there is no such loan.
#[utoipa::path(
    post,
    path = "/loans/{id}/return",
    params(("id" = Uuid, Path, description = "The loan")),
    responses((status = 200, description = "The loan as it ended", body = Loan))
)]
#[requires_role(Librarian)]
pub(super) async fn give_back(loans: Repository<Loan>, Path(id): Path<Uuid>) -> Result<Json<Loan>> {
    let loan = loans.find(id).await?;
    if loan.returned_at.is_some() {
        return Ok(Json(loan));
    }
    let changes = LoanChanges {
        returned_at: Patch::Set(Some(Utc::now())),
        ..LoanChanges::default()
    };
    // Loans have no update for anybody, so this one is the service's.
    loans.unguarded().update(id, changes).await.map(Json)
}
