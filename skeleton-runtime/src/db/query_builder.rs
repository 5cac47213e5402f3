//! Writes the SQL text of Diesel's queries.

use std::fmt::Write;

use diesel::QueryResult;
use diesel::query_builder::QueryBuilder;

use super::backend::AnyBackend;
use super::statement::Statement;
use super::value::Value;

/// Room for the text of most queries, so that it grows rarely.
const USUAL_LENGTH: usize = 192;

/// Pushed where one of Diesel's queries becomes several statements, before each part of its own and behind the last
/// one. It is no SQL, and it gets into no text.
pub(super) const SPLIT: &str = "\u{1}split\u{1}";

/// Collects the text of one query. Placeholders are `$1, $2, …` on PostgreSQL and `?` on SQLite, which would look up
/// each of the former among all before it: an INSERT of many rows has thousands.
#[derive(Debug)]
pub struct AnyQueryBuilder {
    sql: String,
    backend: AnyBackend,
    binds: usize,
    /// How much of the text and how many binds came before each [`SPLIT`].
    splits: Vec<(usize, usize)>,
}

impl AnyQueryBuilder {
    /// An empty query.
    pub(super) fn new(backend: AnyBackend) -> Self {
        Self {
            sql: String::with_capacity(USUAL_LENGTH),
            backend,
            binds: 0,
            splits: Vec::new(),
        }
    }

    /// The statements that the query consists of: mostly one. What stands before and behind the splits is common to
    /// all. Where there is more than one, the database is SQLite, and placeholders have no numbers.
    pub(super) fn into_statements(self, binds: Vec<Value>) -> Vec<Statement> {
        let [(head, head_binds), .., (tail, tail_binds)] = self.splits[..] else {
            return vec![Statement::with_binds(self.sql, binds)];
        };
        let parts = self.splits.windows(2).map(|pair| (pair[0], pair[1]));
        parts
            .map(|((start, first), (end, last))| {
                let sql = [&self.sql[..head], &self.sql[start..end], &self.sql[tail..]].concat();
                let binds = [
                    &binds[..head_binds],
                    &binds[first..last],
                    &binds[tail_binds..],
                ]
                .concat();
                Statement::with_binds(sql, binds)
            })
            .collect()
    }
}

impl QueryBuilder<AnyBackend> for AnyQueryBuilder {
    fn push_sql(&mut self, sql: &str) {
        if sql == SPLIT {
            self.splits.push((self.sql.len(), self.binds));
        } else {
            self.sql.push_str(sql);
        }
    }

    fn push_identifier(&mut self, identifier: &str) -> QueryResult<()> {
        self.sql.push('"');
        if identifier.contains('"') {
            self.sql.push_str(&identifier.replace('"', "\"\""));
        } else {
            self.sql.push_str(identifier);
        }
        self.sql.push('"');
        Ok(())
    }

    fn push_bind_param(&mut self) {
        self.binds += 1;
        match self.backend {
            // Writing to a `String` cannot fail.
            AnyBackend::Postgres => drop(write!(self.sql, "${}", self.binds)),
            AnyBackend::Sqlite => self.sql.push('?'),
        }
    }

    fn push_bind_param_value_only(&mut self) {
        self.binds += 1;
    }

    fn finish(self) -> String {
        self.sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled() {
        let mut builder = AnyQueryBuilder::new(AnyBackend::Postgres);
        builder.push_identifier("a\"b").unwrap();
        builder.push_sql(" = ");
        builder.push_bind_param();
        builder.push_bind_param_value_only();
        builder.push_bind_param();
        assert_eq!(builder.finish(), "\"a\"\"b\" = $1$3");
    }

    #[test]
    fn splits_into_statements() {
        let mut builder = AnyQueryBuilder::new(AnyBackend::Sqlite);
        builder.push_sql("INSERT INTO t ");
        for column in ["a", "b"] {
            builder.push_sql(SPLIT);
            builder.push_sql(&format!("({column}) VALUES ("));
            builder.push_bind_param();
            builder.push_sql(")");
        }
        builder.push_sql(SPLIT);
        builder.push_sql(" RETURNING ");
        builder.push_bind_param();
        let statements = builder.into_statements([1, 2, 3].map(Value::I32).to_vec());
        let found: Vec<_> = statements
            .iter()
            .map(|statement| (&*statement.sql, &*statement.binds))
            .collect();
        let expected: [(&str, &[Value]); 2] = [
            (
                "INSERT INTO t (a) VALUES (?) RETURNING ?",
                &[Value::I32(1), Value::I32(3)],
            ),
            (
                "INSERT INTO t (b) VALUES (?) RETURNING ?",
                &[Value::I32(2), Value::I32(3)],
            ),
        ];
        assert_eq!(found, expected);
    }
}
