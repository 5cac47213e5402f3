//! What a database that has the schema of a snapshot says.

use super::Catalogue;
use super::canonical::canonical;
use crate::db::AnyBackend;
use crate::schema::model::{Bounds, Check, Column, Index, Type};
use crate::schema::{Schema, name, sql};

pub(super) fn of(schema: &Schema, backend: AnyBackend) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for table in &schema.tables {
        for column in &table.columns {
            let part = format!("column {}", column.name);
            catalogue.note(&table.name, &part, &column_line(backend, column));
            if let Some(check) = check(backend, column) {
                let part = match backend {
                    AnyBackend::Postgres => format!("constraint {}", name::check(table, column)),
                    AnyBackend::Sqlite => format!("rule of {}", column.name),
                };
                catalogue.note(&table.name, &part, &check);
            }
            if let Some(reference) = &column.references {
                let line = format!(
                    "references {}.{} on delete {}",
                    reference.table,
                    reference.column,
                    reference.on_delete.sql().to_lowercase()
                );
                let part = match backend {
                    AnyBackend::Postgres => {
                        format!("constraint {}", name::foreign_key(table, column))
                    }
                    AnyBackend::Sqlite => format!("reference of {}", column.name),
                };
                catalogue.note(&table.name, &part, &line_of_key(backend, column, &line));
            }
        }
        for index in &table.indexes {
            catalogue.note(
                &table.name,
                &format!("index {}", index.name),
                &index_line(index),
            );
        }
    }
    catalogue
}

/// On PostgreSQL the column is part of the constraint.
fn line_of_key(backend: AnyBackend, column: &Column, line: &str) -> String {
    match backend {
        AnyBackend::Postgres => format!("{} {line}", column.name),
        AnyBackend::Sqlite => line.to_owned(),
    }
}

/// `text collate C not null default 'a'`
fn column_line(backend: AnyBackend, column: &Column) -> String {
    let mut line = canonical(sql::type_of(backend, column.kind));
    if column.primary_key {
        line.push_str(" primary key");
        if column.kind == Type::I64 && backend == AnyBackend::Postgres {
            line.push_str(" identity");
        }
    } else if !column.nullable {
        line.push_str(" not null");
    }
    if let Some(default) = sql::default(backend, column).filter(|_| !column.primary_key) {
        line.push_str(" default ");
        line.push_str(&canonical(&default));
    }
    line
}

fn index_line(index: &Index) -> String {
    let keys: Vec<_> = index
        .keys()
        .map(|(column, descends)| {
            if descends {
                format!("{column} desc")
            } else {
                column.to_owned()
            }
        })
        .collect();
    let unique = if index.unique { "unique " } else { "" };
    let living = index
        .where_null
        .as_ref()
        .map(|column| format!(" where {column} is null"));
    format!(
        "{unique}({}){}",
        keys.join(", "),
        living.unwrap_or_default()
    )
}

fn check(backend: AnyBackend, column: &Column) -> Option<String> {
    let written = sql::check(backend, column)?;
    if backend == AnyBackend::Sqlite {
        return Some(canonical(&written));
    }
    let of = sql::name(&column.name);
    let shown: Vec<_> = column
        .checks
        .iter()
        .map(|check| shown(&of, check))
        .collect();
    Some(canonical(&shown.join(" AND ")))
}

/// As PostgreSQL gives it back.
fn shown(of: &str, check: &Check) -> String {
    match check {
        Check::OneOf(values) => {
            let values: Vec<_> = values.iter().map(|value| sql::text(value)).collect();
            match values.as_slice() {
                [one] => format!("{of} = {one}"),
                all => format!("{of} = ANY (ARRAY[{}])", all.join(", ")),
            }
        }
        Check::Chars(bounds) => within(&format!("char_length({of})"), bounds),
        Check::Bytes(bounds) => within(&format!("octet_length({of})"), bounds),
        Check::Items(bounds) => within(&format!("cardinality({of})"), bounds),
        Check::Range(bounds) => within(of, bounds),
    }
}

fn within(what: &str, bounds: &Bounds) -> String {
    match (&bounds.min, &bounds.max) {
        (Some(min), Some(max)) if min == max => format!("{what} = {min}"),
        (Some(min), Some(max)) => format!("{what} >= {min} AND {what} <= {max}"),
        (Some(min), None) => format!("{what} >= {min}"),
        (None, Some(max)) => format!("{what} <= {max}"),
        (None, None) => "true".to_owned(),
    }
}
