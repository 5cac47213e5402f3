//! The catalogue of SQLite, and of what it does not have there the text of its tables.

use std::fmt::Write as _;

use diesel::QueryResult;

use super::canonical::canonical;
use super::{Catalogue, rows};
use crate::db::Connection;

const COLUMNS: &str = "\
SELECT m.name, x.name, x.type, CAST(x.\"notnull\" AS TEXT), CAST(x.pk AS TEXT), coalesce(x.dflt_value, ''), m.sql
FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY m.name, x.cid";

const STRICT: &str = "\
SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

const KEYS: &str = "\
SELECT m.name, f.\"from\", f.\"table\", coalesce(f.\"to\", ''), f.on_delete
FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
WHERE m.type = 'table' ORDER BY m.name, f.id";

const INDEXES: &str = "\
SELECT m.name, l.name, CAST(l.\"unique\" AS TEXT), coalesce(i.sql, ''),
       (SELECT group_concat(x.name || CASE x.\"desc\" WHEN 1 THEN ' desc' ELSE '' END, ', ' ORDER BY x.seqno)
        FROM pragma_index_xinfo(l.name) x WHERE x.key = 1)
FROM sqlite_schema m JOIN pragma_index_list(m.name) l LEFT JOIN sqlite_schema i ON i.name = l.name
WHERE m.type = 'table' AND l.origin <> 'pk' ORDER BY m.name, l.name";

pub(super) async fn read(connection: &mut Connection) -> QueryResult<Catalogue> {
    let mut catalogue = Catalogue::default();
    for [table, column, kind, not_null, key, default, sql] in rows(connection, COLUMNS).await? {
        let rest = written(&sql, &column);
        let mut line = kind.to_lowercase();
        if let Some(collation) = rest
            .split(" collate ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next())
        {
            let _ = write!(line, " collate {collation}");
        }
        if key != "0" {
            line.push_str(" primary key");
        } else if not_null == "1" {
            line.push_str(" not null");
        }
        if !default.is_empty() {
            let _ = write!(line, " default {}", canonical(&default));
        }
        for check in checks(&sql, &column) {
            catalogue.note(&table, &format!("rule of {column}"), &check);
        }
        catalogue.note(&table, &format!("column {column}"), &line);
    }
    for [table] in rows(connection, STRICT).await? {
        catalogue.note(&table, "table", "not STRICT");
    }
    for [table, column, target, to, on_delete] in rows(connection, KEYS).await? {
        let line = format!(
            "references {target}.{to} on delete {}",
            on_delete.to_lowercase()
        );
        catalogue.note(&table, &format!("reference of {column}"), &line);
    }
    for [table, name, is_unique, sql, keys] in rows(connection, INDEXES).await? {
        let unique = if is_unique == "1" { "unique " } else { "" };
        let mut line = format!("{unique}({keys})");
        if let Some((_, predicate)) = sql.split_once(" WHERE ") {
            let _ = write!(line, " where {}", canonical(predicate));
        }
        catalogue.note(&table, &format!("index {name}"), &line);
    }
    Ok(catalogue)
}

/// What CREATE TABLE says of a column, as it is written.
fn definition<'a>(sql: &'a str, column: &str) -> &'a str {
    let body = sql.split_once('(').map_or("", |(_, body)| body);
    let mut begin = 0;
    let mut depth = 0_usize;
    let mut quote = None;
    let mut found = "";
    for (at, letter) in body.char_indices() {
        match (quote, letter) {
            (Some(open), letter) if open == letter => quote = None,
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') if depth > 0 => depth -= 1,
            (None, ',' | ')') if depth == 0 => {
                let one = body[begin..at].trim();
                begin = at + 1;
                if canonical(one).split(' ').next() == Some(column) {
                    found = one;
                }
                if letter == ')' {
                    return found;
                }
            }
            _ => {}
        }
    }
    found
}

/// The same in one spelling.
fn written(sql: &str, column: &str) -> String {
    canonical(definition(sql, column))
}

/// What stands in the parentheses of each CHECK of a column.
fn checks(sql: &str, column: &str) -> Vec<String> {
    let definition = definition(sql, column);
    let mut checks = Vec::new();
    let mut rest = definition;
    while let Some((_, behind)) = rest.split_once("CHECK (") {
        let mut depth = 1_usize;
        let mut in_text = false;
        let end = behind.find(|letter| {
            match letter {
                '\'' => in_text = !in_text,
                '(' if !in_text => depth += 1,
                ')' if !in_text => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let end = end.unwrap_or(behind.len());
        checks.push(canonical(&behind[..end]));
        rest = &behind[end..];
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_in_the_text_of_their_table() {
        let sql = "CREATE TABLE \"a\" (id BLOB PRIMARY KEY, \"order\" TEXT DEFAULT 'x, (' CHECK (\"order\" IN ('a)', 'b,')) \
                   REFERENCES b (id), last TEXT COLLATE decimal CHECK (length(last) > 1)) STRICT";
        assert_eq!(checks(sql, "order"), ["order in 'a)' , 'b,'"]);
        assert_eq!(checks(sql, "last"), ["length last > 1"]);
        assert!(written(sql, "last").contains("collate decimal"));
        assert!(checks(sql, "id").is_empty());
    }
}
