//! The text of a migration.

use std::fmt::Write as _;

/// Statements, each with what it does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::schema) struct Steps(Vec<(String, Vec<String>)>);

impl Steps {
    /// Adds statements without their semicolons under one comment.
    pub(in crate::schema) fn add(
        &mut self,
        comment: impl Into<String>,
        statements: impl IntoIterator<Item = String>,
    ) {
        let statements: Vec<_> = statements.into_iter().collect();
        if !statements.is_empty() {
            self.0.push((comment.into(), statements));
        }
    }

    pub(in crate::schema) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The SQL, a comment for each step.
    pub(in crate::schema) fn text(&self) -> String {
        let mut text = String::new();
        for (number, (comment, statements)) in self.0.iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            for line in comment.lines() {
                // Writing to a `String` cannot fail.
                let _ = writeln!(text, "-- {line}");
            }
            for statement in statements {
                let _ = writeln!(text, "{statement};");
            }
        }
        text
    }
}

/// One migration of one database.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Note { pub id: Uuid, pub title: String }
/// use skeleton_runtime::schema::{Change, Declared, Schema};
///
/// let declared = Declared::new(&[Note::meta()]);
/// let change = Change::between(&Schema::empty(), &declared).unwrap();
/// let (postgres, sqlite) = change.scripts();
/// assert!(postgres[0].up.contains("CREATE TABLE notes"));
/// assert!(sqlite[0].down.contains("DROP TABLE notes"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// What stands behind the name where a change takes several migrations.
    pub suffix: &'static str,
    /// The text of `up.sql`.
    pub up: String,
    /// The text of `down.sql`.
    pub down: String,
    /// Whether it runs in a transaction.
    pub in_transaction: bool,
}
