//! What reads a whole table of PostgreSQL, in forms that others can go on beside.
//!
//! It runs outside a transaction, so each step may be begun again after a failure.

use super::column::{create_index, default};
use super::script::Steps;
use super::word::name;
use crate::db::AnyBackend;
use crate::schema::model::{Column, Index, Table};
use crate::schema::name as names;

const INTRODUCTION: &str = "Outside a transaction, so that others read and write meanwhile; if it fails, correct the \
                            rows\nthat the database names and run it again.";

/// The way there and back; constraints first, for they need what is there, then indexes, then what they replace.
#[derive(Debug, Default)]
pub(super) struct Online {
    rules: Steps,
    indexes: Steps,
    replaced: Steps,
    undo: Steps,
}

impl Online {
    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.indexes.is_empty() && self.replaced.is_empty()
    }

    pub(super) fn up(&self) -> String {
        let parts = [&self.rules, &self.indexes, &self.replaced];
        let texts: Vec<_> = parts
            .into_iter()
            .filter(|steps| !steps.is_empty())
            .map(Steps::text)
            .collect();
        let introduction = INTRODUCTION.replace('\n', "\n-- ");
        format!("-- {introduction}\n\n{}", texts.join("\n"))
    }

    pub(super) fn down(&self) -> String {
        self.undo.text()
    }

    /// A constraint: held against new rows at once, against those that are there without a lock.
    pub(super) fn rule(&mut self, table: &str, constraint: &str, what: &str) {
        let (alter, quoted) = (format!("ALTER TABLE {}", name(table)), name(constraint));
        let add = format!(
            "{alter} DROP CONSTRAINT IF EXISTS {quoted}, ADD CONSTRAINT {quoted} {what} NOT VALID"
        );
        let validate = format!("{alter} VALIDATE CONSTRAINT {quoted}");
        self.rules
            .add(format!("The rule `{constraint}`."), [add, validate]);
        self.undo.add(
            format!("Without the rule `{constraint}`."),
            [format!("{alter} DROP CONSTRAINT IF EXISTS {quoted}")],
        );
    }

    /// NOT NULL, for which PostgreSQL reads no row where a valid CHECK says it already.
    pub(super) fn not_null(&mut self, table: &Table, column: &Column) {
        let alter = format!("ALTER TABLE {}", name(&table.name));
        let (constraint, of) = (name(&names::not_null(table, column)), name(&column.name));
        let mut statements = vec![format!(
            "{alter} DROP CONSTRAINT IF EXISTS {constraint}, ADD CONSTRAINT {constraint} CHECK ({of} IS NOT NULL) \
             NOT VALID"
        )];
        if let Some(value) = default(AnyBackend::Postgres, column) {
            statements.push(format!(
                "UPDATE {} SET {of} = {value} WHERE {of} IS NULL",
                name(&table.name)
            ));
        }
        statements.push(format!("{alter} VALIDATE CONSTRAINT {constraint}"));
        statements.push(format!(
            "{alter} ALTER COLUMN {of} SET NOT NULL, DROP CONSTRAINT {constraint}"
        ));
        let comment = format!(
            "NULL is no value of `{}.{}` any more.",
            table.name, column.name
        );
        self.rules.add(comment, statements);
        self.undo.add(
            format!("NULL is a value of `{}.{}`.", table.name, column.name),
            [format!(
                "{alter} ALTER COLUMN {of} DROP NOT NULL, DROP CONSTRAINT IF EXISTS {constraint}"
            )],
        );
    }

    pub(super) fn index(&mut self, table: &str, index: &Index) {
        self.indexes
            .add(format!("Index `{}`.", index.name), built(table, index));
        let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", name(&index.name));
        self.undo
            .add(format!("Without the index `{}`.", index.name), [drop]);
    }

    /// An index that is dropped once what takes its place is there.
    pub(super) fn replaced(&mut self, table: &str, index: &Index) {
        let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", name(&index.name));
        self.replaced
            .add(format!("`{}` is replaced.", index.name), [drop]);
        self.undo
            .add(format!("`{}` as before.", index.name), built(table, index));
    }
}

/// What an attempt that failed left behind is no index.
fn built(table: &str, index: &Index) -> [String; 2] {
    [
        format!("DROP INDEX CONCURRENTLY IF EXISTS {}", name(&index.name)),
        create_index(table, index, true),
    ]
}
