use skeleton_runtime::prelude::*;

/// Who is in the library, lowest first: each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
pub enum Role {
    /// Borrows.
    Reader,
    /// Works at the desk.
    Librarian,
    /// Decides.
    Director,
}
