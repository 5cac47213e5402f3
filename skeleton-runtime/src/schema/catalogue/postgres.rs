//! The catalogue of PostgreSQL.

use std::fmt::Write as _;

use diesel::QueryResult;

use super::canonical::canonical;
use super::{Catalogue, rows};
use crate::db::Connection;

const COLUMNS: &str = "\
SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod)::text,
       coalesce(l.collname::text, ''), (a.attnotnull AND p.oid IS NULL)::text, (p.oid IS NOT NULL)::text,
       (a.attidentity <> '')::text, coalesce(pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_constraint p ON p.conrelid = a.attrelid AND p.contype = 'p' AND a.attnum = ANY (p.conkey)
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
  AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum";

const CONSTRAINTS: &str = "\
SELECT c.relname::text, n.conname::text, n.contype::text, pg_get_constraintdef(n.oid)
FROM pg_constraint n
JOIN pg_class c ON c.oid = n.conrelid
WHERE c.relnamespace = current_schema()::regnamespace AND n.contype IN ('c', 'f', 'x')
ORDER BY c.relname, n.conname";

const INDEXES: &str = "\
SELECT c.relname::text, x.relname::text, i.indisunique::text, i.indisvalid::text,
       coalesce(pg_get_expr(i.indpred, i.indrelid), ''),
       (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, true)
               || CASE WHEN i.indoption[k - 1] & 1 = 1 THEN ' desc' ELSE '' END, ', ' ORDER BY k)
        FROM generate_series(1, i.indnkeyatts) AS k)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_class x ON x.oid = i.indexrelid
WHERE c.relnamespace = current_schema()::regnamespace AND NOT i.indisprimary
ORDER BY c.relname, x.relname";

pub(super) async fn read(connection: &mut Connection) -> QueryResult<Catalogue> {
    let mut catalogue = Catalogue::default();
    for [
        table,
        column,
        kind,
        collation,
        not_null,
        is_key,
        is_identity,
        default,
    ] in rows(connection, COLUMNS).await?
    {
        let kind = if kind == "timestamp with time zone" {
            "timestamptz".to_owned()
        } else {
            kind
        };
        let kind = kind.strip_suffix(" without time zone").unwrap_or(&kind);
        let mut line = canonical(kind);
        if !collation.is_empty() {
            let _ = write!(line, " collate {collation}");
        }
        for (flag, word) in [
            (is_key, " primary key"),
            (is_identity, " identity"),
            (not_null, " not null"),
        ] {
            if flag == "true" {
                line.push_str(word);
            }
        }
        if !default.is_empty() {
            let _ = write!(line, " default {}", canonical(&default));
        }
        catalogue.note(&table, &format!("column {column}"), &line);
    }
    for [table, name, kind, definition] in rows(connection, CONSTRAINTS).await? {
        let line = match kind.as_str() {
            "f" => foreign_key(&definition),
            _ => canonical(definition.strip_prefix("CHECK").unwrap_or(&definition)),
        };
        catalogue.note(&table, &format!("constraint {name}"), &line);
    }
    for [table, name, is_unique, is_valid, predicate, keys] in rows(connection, INDEXES).await? {
        let unique = if is_unique == "true" { "unique " } else { "" };
        let mut line = format!("{unique}({})", keys.replace('"', ""));
        if !predicate.is_empty() {
            let _ = write!(line, " where {}", canonical(&predicate));
        }
        if is_valid != "true" {
            line.push_str(", which is invalid");
        }
        catalogue.note(&table, &format!("index {name}"), &line);
    }
    Ok(catalogue)
}

/// `FOREIGN KEY (a) REFERENCES b(c) ON DELETE RESTRICT` as `a references b.c on delete restrict`.
fn foreign_key(definition: &str) -> String {
    let words = canonical(definition);
    let words: Vec<_> = words.split(' ').collect();
    match words.as_slice() {
        [
            "foreign",
            "key",
            column,
            "references",
            table,
            target,
            rest @ ..,
        ] => {
            let rest = if rest.is_empty() {
                "on delete no action".to_owned()
            } else {
                rest.join(" ")
            };
            format!("{column} references {table}.{target} {rest}")
        }
        other => other.join(" "),
    }
}
