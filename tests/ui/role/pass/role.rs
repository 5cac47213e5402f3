//! Roles, as a ladder and with `includes`.
#![deny(warnings, missing_docs, clippy::pedantic)]

use skeleton_runtime::prelude::*;

/// A ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
pub enum Ladder {
    /// Reads.
    Viewer,
    /// Writes.
    #[role(default)]
    Member,
    /// Does both.
    SeniorEditor,
}

/// No ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
#[role(crate = ::skeleton_runtime)]
pub enum Web {
    /// Reads.
    Reader,
    /// Writes.
    Writer,
    /// Does both.
    #[role(includes(Reader, Writer))]
    Editor,
    /// Takes money.
    #[role(default)]
    Cashier,
    /// Does everything.
    #[role(includes(Editor, Cashier))]
    Boss,
}
