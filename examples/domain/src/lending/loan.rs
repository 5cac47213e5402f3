use skeleton_runtime::prelude::*;

use super::hooks::Desk;
use crate::Role;
use crate::catalogue::Book;

/// A book in somebody's hands, or that was there.
#[resource(hooks = Desk, operations(list, get, create))]
#[requires_role(list = Librarian, get = owner | Librarian, create = Reader)]
pub struct Loan {
    /// The loan.
    pub id: Uuid,
    /// The book.
    #[field(filter, belongs_to = Book)]
    pub book_id: Uuid,
    /// Who has it.
    #[field(filter, owner, belongs_to = User)]
    pub reader_id: Uuid,
    /// The last day; the desk says which.
    #[field(read_only, default, filter, sort, index)]
    pub due_on: NaiveDate,
    /// When it came back.
    #[field(read_only)]
    pub returned_at: Option<DateTime<Utc>>,
    /// When it was lent.
    #[field(sort)]
    pub created_at: DateTime<Utc>,
}
