//! The text of a statement while it is written, with its values.

use std::fmt::Write as _;

use super::plan::quoted;
use super::{Plan, Scope};
use crate::db::{AnyBackend, Statement, Value};
use crate::resource::meta::{Direction, Meta};
use crate::resource::operator::Operator;

/// One filter of a list.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    /// The index of the column.
    pub(crate) column: usize,
    /// What is asked of it.
    pub(crate) test: Test,
}

/// What a filter asks of a column, with its operands.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    /// Equality, inequality or an order.
    Compare(Operator, Value),
    /// Any of these.
    OneOf(Vec<Value>),
    /// None of these; NULL is none.
    NoneOf(Vec<Value>),
    /// Has this text somewhere; the text is folded.
    Contains(String),
    /// Begins with this text; the text is folded.
    StartsWith(String),
    /// Is NULL, or is not.
    IsNull(bool),
}

/// Text without its case: as both databases' functions of the same name have it, the upper case of Unicode.
pub(crate) fn fold(text: &str) -> String {
    text.to_uppercase()
}

/// Writes a statement. Its shape depends on what is asked for, never on the values.
pub(super) struct Writer {
    pub(super) meta: &'static Meta,
    pub(super) backend: AnyBackend,
    pub(super) text: String,
    binds: Vec<Value>,
    has_where: bool,
}

impl Writer {
    pub(super) fn new(meta: &'static Meta, backend: AnyBackend) -> Self {
        let (text, binds) = (String::with_capacity(512), Vec::new());
        Self {
            meta,
            backend,
            text,
            binds,
            has_where: false,
        }
    }

    pub(super) fn finish(self) -> Statement {
        Statement::with_binds(self.text, self.binds)
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Goes over to another table, whose conditions begin anew.
    pub(super) fn begin(&mut self, meta: &'static Meta) {
        self.meta = meta;
        self.has_where = false;
    }

    pub(super) fn and(&mut self) {
        self.push(if self.has_where { " AND " } else { " WHERE " });
        self.has_where = true;
    }

    pub(super) fn column(&mut self, column: usize) {
        let column = quoted(self.meta.columns[column].column);
        self.push(&column);
    }

    /// Writes the placeholder of a value, and tells its number.
    pub(super) fn bind(&mut self, value: Value) -> usize {
        self.binds.push(value);
        self.bind_again(self.binds.len());
        self.binds.len()
    }

    /// Names a value once more.
    pub(super) fn bind_again(&mut self, number: usize) {
        let _ = write!(self.text, "${number}");
    }

    pub(super) fn is_nullable(&self, column: usize) -> bool {
        self.meta.columns[column].nullable
    }

    pub(super) fn equals(&mut self, column: usize, value: Value) {
        self.column(column);
        if value.is_null() {
            self.push(" IS NULL");
        } else {
            self.push(" = ");
            self.bind(value);
        }
    }

    pub(super) fn order_by(&mut self, order: &[(usize, Direction)]) {
        for (position, (column, direction)) in order.iter().enumerate() {
            self.push(if position == 0 { " ORDER BY " } else { ", " });
            self.column(*column);
            // PostgreSQL counts NULL as the largest by itself, SQLite as the smallest.
            let nulls = self.backend == AnyBackend::Sqlite && self.meta.columns[*column].nullable;
            self.push(match (direction, nulls) {
                (Direction::Ascending, false) => " ASC",
                (Direction::Ascending, true) => " ASC NULLS LAST",
                (Direction::Descending, false) => " DESC",
                (Direction::Descending, true) => " DESC NULLS FIRST",
            });
        }
    }

    /// The conditions of filters, words and scope.
    pub(super) fn conditions(
        &mut self,
        filters: Vec<Filter>,
        words: &[String],
        searched: &[usize],
        scope: Scope,
    ) {
        for filter in filters {
            self.and();
            self.filter(filter);
        }
        for word in words {
            self.and();
            self.anywhere(word, searched);
        }
        if let Some(deleted_at) = self.meta.deleted_at() {
            self.and();
            self.column(deleted_at);
            self.push(" IS NULL");
        }
        if let Scope::OwnedBy(owner) = scope {
            self.and();
            match Plan::of(self.meta).owner {
                Some(column) => self.equals(column, Value::Uuid(owner)),
                // Without an owner field nobody owns a row.
                None => self.push("1 = 0"),
            }
        }
    }

    fn filter(&mut self, Filter { column, test }: Filter) {
        match test {
            Test::Compare(Operator::Eq, value) => self.equals(column, value),
            Test::Compare(operator, value) => self.compare(column, operator, value),
            Test::OneOf(values) => self.one_of(column, "IN", values),
            Test::NoneOf(values) => self.none_of(column, values),
            Test::Contains(text) => self.contains(column, text),
            Test::StartsWith(text) => self.starts_with(column, text),
            Test::IsNull(is_null) => {
                self.column(column);
                self.push(if is_null { " IS NULL" } else { " IS NOT NULL" });
            }
        }
    }

    fn compare(&mut self, column: usize, operator: Operator, value: Value) {
        let sign = match operator {
            Operator::Gt => " > ",
            Operator::Gte => " >= ",
            Operator::Lt => " < ",
            Operator::Lte => " <= ",
            // Unequal finds NULL too.
            _ if self.is_nullable(column) => " IS DISTINCT FROM ",
            _ => " <> ",
        };
        self.column(column);
        self.push(sign);
        self.bind(value);
    }

    /// The list is filled up with its last value to a power of two, so that few lengths make few statements.
    fn one_of(&mut self, column: usize, operator: &str, mut values: Vec<Value>) {
        if let Some(last) = values.last().cloned() {
            values.resize(values.len().next_power_of_two(), last);
        }
        self.column(column);
        let _ = write!(self.text, " {operator} (");
        for (position, value) in values.into_iter().enumerate() {
            self.push(if position == 0 { "" } else { ", " });
            self.bind(value);
        }
        self.push(")");
    }

    fn none_of(&mut self, column: usize, values: Vec<Value>) {
        let is_nullable = self.is_nullable(column);
        if is_nullable {
            self.push("(");
            self.column(column);
            self.push(" IS NULL OR ");
        }
        self.one_of(column, "NOT IN", values);
        if is_nullable {
            self.push(")");
        }
    }

    /// A column without its case. PostgreSQL folds by Unicode only under a collation of ICU.
    fn folded(&mut self, column: usize) {
        match self.backend {
            AnyBackend::Postgres => {
                self.push("upper(");
                self.column(column);
                self.push(" COLLATE \"und-x-icu\")");
            }
            AnyBackend::Sqlite => {
                self.push("fold(");
                self.column(column);
                self.push(")");
            }
        }
    }

    fn contains(&mut self, column: usize, text: String) {
        self.push(match self.backend {
            AnyBackend::Postgres => "strpos(",
            AnyBackend::Sqlite => "instr(",
        });
        self.folded(column);
        self.push(", ");
        self.bind(Value::Text(text));
        self.push(") > 0");
    }

    fn starts_with(&mut self, column: usize, text: String) {
        match self.backend {
            AnyBackend::Postgres => {
                self.push("starts_with(");
                self.folded(column);
                self.push(", ");
                self.bind(Value::Text(text));
                self.push(")");
            }
            AnyBackend::Sqlite => {
                self.push("substr(");
                self.folded(column);
                self.push(", 1, length(");
                let number = self.bind(Value::Text(text));
                self.push(")) = ");
                self.bind_again(number);
            }
        }
    }

    /// The word in any of the columns.
    fn anywhere(&mut self, word: &str, searched: &[usize]) {
        self.push("(");
        for (position, column) in searched.iter().enumerate() {
            self.push(if position == 0 { "" } else { " OR " });
            self.contains(*column, word.to_owned());
        }
        self.push(")");
    }
}
