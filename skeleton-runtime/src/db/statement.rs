//! SQL text with its values, free of the query that it came from.

use std::borrow::Cow;

use diesel::QueryResult;
use diesel::query_builder::QueryFragment;

use super::backend::AnyBackend;
use super::binds::AnyBindCollector;
use super::query_builder::AnyQueryBuilder;
use super::value::Value;

/// Longer texts, as of INSERTs of many rows, are rarely met twice and dear to keep.
const LONGEST_PREPARED: usize = 8 * 1024;

/// One SQL statement and the values of its placeholders.
///
/// Placeholders are `$1, $2, …` on both databases, numbered in the order in which the text first names them: SQLite
/// takes `$1` for a name and counts by appearance, and looks it up among those before it, so that some hundred are better
/// than thousands. The text is the key under which the connection keeps the statement
/// prepared, so it should depend on the shape of the request alone, and never hold a value.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::db::{Statement, Value};
///
/// async fn touch(db: &Db, id: i64) -> Result<usize> {
///     let statement = Statement::new("UPDATE counters SET n = n + 1 WHERE id = $1");
///     db.execute(statement.bind(Value::I64(id))).await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Statement {
    /// The text.
    pub sql: Cow<'static, str>,
    /// The values, the first one being that of `$1`.
    pub binds: Vec<Value>,
    /// Whether its answer is there in no time, whatever its values: see [`Statement::quick`].
    pub(super) is_quick: bool,
}

impl Statement {
    /// A statement without values.
    pub fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self::with_binds(sql, Vec::new())
    }

    /// A statement with its values.
    pub fn with_binds(sql: impl Into<Cow<'static, str>>, binds: Vec<Value>) -> Self {
        Self {
            sql: sql.into(),
            binds,
            is_quick: false,
        }
    }

    /// Says that the answer takes no longer than the way to it and back, as for a row by its key: other reads may be on
    /// the same connection behind it, and on SQLite it may be run without a thread of its own.
    #[must_use]
    pub fn quick(mut self) -> Self {
        self.is_quick = true;
        self
    }

    /// Adds the value of the next placeholder.
    #[must_use]
    pub fn bind(mut self, value: Value) -> Self {
        self.binds.push(value);
        self
    }

    /// Frees one of Diesel's queries of its types and lifetimes. An INSERT of many rows may become several statements
    /// on SQLite.
    pub(super) fn detach(
        query: &dyn QueryFragment<AnyBackend>,
        backend: AnyBackend,
    ) -> QueryResult<Vec<Self>> {
        let mut text = AnyQueryBuilder::new(backend);
        query.to_sql(&mut text, &backend)?;
        let mut binds = AnyBindCollector::default();
        query.collect_binds(&mut binds, &mut (), &backend)?;
        Ok(text.into_statements(binds.values))
    }

    /// Whether to keep it prepared.
    pub(super) fn is_kept(&self) -> bool {
        self.sql.len() <= LONGEST_PREPARED
    }

    /// The values as both databases store them alike.
    pub(super) fn canonical(mut self) -> QueryResult<Self> {
        for value in &mut self.binds {
            value.make_canonical()?;
        }
        Ok(self)
    }
}
