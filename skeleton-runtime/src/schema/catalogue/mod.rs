//! What a live database says of its tables, in one form with what a snapshot says.

mod canonical;
mod expected;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::collections::{BTreeMap, BTreeSet};

use diesel::QueryResult;

use super::Schema;
use crate::db::{AnyBackend, Connection, Db, MigrateError, Row, Statement};

/// Tables with what stands in them: `column title` is `text collate C not null`.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::db::MigrateError;
/// use skeleton_runtime::schema::Catalogue;
///
/// async fn tables(db: &Db) -> Result<Vec<String>, MigrateError> {
///     let catalogue = Catalogue::read(db).await?;
///     Ok(catalogue.tables().map(str::to_owned).collect())
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue(BTreeMap<String, BTreeMap<String, String>>);

impl Catalogue {
    /// Reads all tables of a database.
    ///
    /// # Errors
    ///
    /// When the database can't be reached, or does not answer.
    pub async fn read(db: &Db) -> Result<Self, MigrateError> {
        let mut connection = db.read().await?;
        match connection.backend() {
            #[cfg(feature = "postgres")]
            AnyBackend::Postgres => Ok(postgres::read(&mut connection).await?),
            #[cfg(feature = "sqlite")]
            AnyBackend::Sqlite => Ok(sqlite::read(&mut connection).await?),
            // No connection leads to what is not compiled in.
            #[cfg(not(all(feature = "postgres", feature = "sqlite")))]
            _ => Ok(Self::default()),
        }
    }

    /// The names of its tables.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The same with these tables alone.
    #[must_use]
    pub fn only(mut self, is_wanted: impl Fn(&str) -> bool) -> Self {
        self.0.retain(|table, _| is_wanted(table));
        self
    }

    fn table(&mut self, name: &str) -> &mut BTreeMap<String, String> {
        self.0.entry(name.to_owned()).or_default()
    }

    /// What is told of a part of a table: several parts of one name are told one after the other.
    fn note(&mut self, table: &str, part: &str, what: &str) {
        let parts = self.table(table);
        let mut key = part.to_owned();
        let mut number = 1;
        while parts.contains_key(&key) {
            number += 1;
            key = format!("{part} ({number})");
        }
        parts.insert(key, what.trim().to_owned());
    }
}

/// How a database differs from a snapshot, a line for each thing. Tables that the snapshot does not have, and plain
/// indexes written by hand, are nobody's fault.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::schema::{Schema, differences};
///
/// # async fn example(db: &Db, snapshot: &Schema) -> Result<(), Box<dyn std::error::Error>> {
/// for line in differences(db, snapshot).await? {
///     println!("{line}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// When the database can't be reached, or does not answer.
pub async fn differences(db: &Db, snapshot: &Schema) -> Result<Vec<String>, MigrateError> {
    let found = Catalogue::read(db).await?;
    let expected = expected::of(snapshot, db.backend());
    let mut lines = Vec::new();
    for (table, wanted) in &expected.0 {
        let Some(has) = found.0.get(table) else {
            lines.push(format!("`{table}`: the table is missing"));
            continue;
        };
        let parts: BTreeSet<_> = wanted.keys().chain(has.keys()).collect();
        for part in parts {
            match (wanted.get(part), has.get(part)) {
                (Some(wanted), Some(has)) if wanted == has => {}
                (Some(wanted), Some(has)) => {
                    lines.push(format!(
                        "`{table}`: {part} should be `{wanted}`, and is `{has}`"
                    ));
                }
                (Some(wanted), None) => {
                    lines.push(format!("`{table}`: {part} is missing (`{wanted}`)"));
                }
                (None, Some(has)) if part.starts_with("index") && !has.starts_with("unique") => {}
                (None, Some(has)) => {
                    lines.push(format!("`{table}`: {part} should not be there (`{has}`)"));
                }
                (None, None) => {}
            }
        }
    }
    Ok(lines)
}

/// The rows of a query of texts; NULL is an empty one.
async fn rows<const N: usize>(
    connection: &mut Connection,
    query: &'static str,
) -> QueryResult<Vec<[String; N]>> {
    connection.fetch(Statement::new(query), texts::<N>).await
}

fn texts<const N: usize>(row: &Row<'_>) -> diesel::deserialize::Result<[String; N]> {
    let mut texts = [const { String::new() }; N];
    for (index, text) in texts.iter_mut().enumerate() {
        if let Some(mut raw) = row.raw(index)? {
            raw.as_str()?.clone_into(text);
        }
    }
    Ok(texts)
}
