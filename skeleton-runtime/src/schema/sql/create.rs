//! New tables.

use super::column::{create_index, definition, references};
use super::script::Steps;
use super::word::{name, names};
use crate::db::AnyBackend;
use crate::schema::model::Table;

/// `CREATE TABLE` under another name than its own, where one is given; with those references that `refers` lets
/// through.
pub(super) fn table(
    backend: AnyBackend,
    table: &Table,
    called: Option<&str>,
    refers: impl Fn(&str) -> bool,
) -> String {
    let mut lines: Vec<_> = table
        .columns
        .iter()
        .map(|column| {
            let mut line = format!("    {}", definition(backend, table, column));
            if let Some(reference) = &column.references
                && refers(&reference.table)
            {
                if backend == AnyBackend::Postgres {
                    let constraint = crate::schema::name::foreign_key(table, column);
                    line.push_str(" CONSTRAINT ");
                    line.push_str(&name(&constraint));
                }
                line.push(' ');
                line.push_str(&references(reference));
            }
            line
        })
        .collect();
    if table.has_composite_key() {
        let key = table.key().map(|column| column.name.as_str());
        lines.push(format!("    PRIMARY KEY ({})", names(key)));
    }
    let end = match backend {
        AnyBackend::Postgres => ")",
        AnyBackend::Sqlite => ") STRICT",
    };
    let called = name(called.unwrap_or(&table.name));
    format!("CREATE TABLE {called} (\n{}\n{end}", lines.join(",\n"))
}

/// Tables with their indexes. On PostgreSQL, where a reference needs its target, the references of a circle come last.
pub(super) fn all(backend: AnyBackend, tables: &[Table], steps: &mut Steps) {
    let mut late = Vec::new();
    for (position, one) in tables.iter().enumerate() {
        let is_later = |target: &str| {
            tables[position + 1..]
                .iter()
                .any(|table| table.name == target)
        };
        let refers = |target: &str| backend == AnyBackend::Sqlite || !is_later(target);
        let mut statements = vec![table(backend, one, None, refers)];
        statements.extend(
            one.indexes
                .iter()
                .map(|index| create_index(&one.name, index, false)),
        );
        steps.add(format!("Create `{}`.", one.name), statements);
        for column in &one.columns {
            if let Some(reference) = column.references.as_ref().filter(|to| !refers(&to.table)) {
                late.push(format!(
                    "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) {}",
                    name(&one.name),
                    name(&crate::schema::name::foreign_key(one, column)),
                    name(&column.name),
                    references(reference)
                ));
            }
        }
    }
    steps.add(
        "References between new tables that refer to each other.",
        late,
    );
}

/// What a dropped column is filled with when it comes back: its values are gone.
pub(super) fn filler(backend: AnyBackend, column: &crate::schema::model::Column) -> Option<String> {
    use crate::schema::model::{Check, Type};
    let is_free = column
        .checks
        .iter()
        .all(|check| matches!(check, Check::OneOf(_)));
    if column.nullable || column.default.is_some() || column.references.is_some() || !is_free {
        return None;
    }
    if let Some(Check::OneOf(values)) = column.checks.first() {
        return Some(super::word::text(values.first()?));
    }
    let sqlite = backend == AnyBackend::Sqlite;
    Some(
        match column.kind {
            Type::Bool if !sqlite => "FALSE",
            Type::Bool | Type::I16 | Type::I32 | Type::I64 => "0",
            Type::F32 | Type::F64 => "0.0",
            Type::Decimal => "'0'",
            Type::Text => "''",
            Type::Bytes if sqlite => "x''",
            Type::Bytes => "'\\x'",
            Type::Uuid if sqlite => "zeroblob(16)",
            Type::Uuid => "'00000000-0000-0000-0000-000000000000'",
            Type::Timestamp if sqlite => "'1970-01-01T00:00:00.000000Z'",
            Type::Timestamp => "'1970-01-01T00:00:00Z'",
            Type::Date => "'1970-01-01'",
            Type::Time if sqlite => "'00:00:00.000000'",
            Type::Time => "'00:00:00'",
            Type::TextArray if sqlite => "'[]'",
            Type::Json | Type::TextArray => "'{}'",
        }
        .to_owned(),
    )
}
