//! Names and values, as they stand in SQL.

use serde_json::Value as JsonValue;

use crate::db::AnyBackend;
use crate::schema::model::Type;

/// Words that are no names in one of the databases unless they are quoted; in the order of the alphabet.
const RESERVED: &[&str] = &[
    "abort",
    "action",
    "add",
    "after",
    "all",
    "alter",
    "always",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "attach",
    "authorization",
    "autoincrement",
    "before",
    "begin",
    "between",
    "binary",
    "both",
    "by",
    "cascade",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "commit",
    "concurrently",
    "conflict",
    "constraint",
    "create",
    "cross",
    "current",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "database",
    "default",
    "deferrable",
    "deferred",
    "delete",
    "desc",
    "detach",
    "distinct",
    "do",
    "drop",
    "each",
    "else",
    "end",
    "escape",
    "except",
    "exclude",
    "exclusive",
    "exists",
    "explain",
    "fail",
    "false",
    "fetch",
    "filter",
    "first",
    "following",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "generated",
    "glob",
    "grant",
    "group",
    "groups",
    "having",
    "if",
    "ignore",
    "ilike",
    "immediate",
    "in",
    "index",
    "indexed",
    "initially",
    "inner",
    "insert",
    "instead",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "key",
    "last",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "match",
    "materialized",
    "natural",
    "no",
    "not",
    "nothing",
    "notnull",
    "null",
    "nulls",
    "of",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "others",
    "outer",
    "over",
    "overlaps",
    "partition",
    "placing",
    "plan",
    "pragma",
    "preceding",
    "primary",
    "query",
    "raise",
    "range",
    "recursive",
    "references",
    "regexp",
    "reindex",
    "release",
    "rename",
    "replace",
    "restrict",
    "returning",
    "right",
    "rollback",
    "row",
    "rows",
    "savepoint",
    "select",
    "session_user",
    "set",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "temp",
    "temporary",
    "then",
    "ties",
    "to",
    "trailing",
    "transaction",
    "trigger",
    "true",
    "unbounded",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "vacuum",
    "values",
    "variadic",
    "verbose",
    "view",
    "virtual",
    "when",
    "where",
    "window",
    "with",
    "without",
];

/// A name, in quotes where it needs them.
pub(in crate::schema) fn name(name: &str) -> String {
    let begins_well = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
    let is_plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    if begins_well && name.chars().all(is_plain) && RESERVED.binary_search(&name).is_err() {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Names, with commas between them.
pub(in crate::schema) fn names<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    all.into_iter().map(name).collect::<Vec<_>>().join(", ")
}

pub(in crate::schema) fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A value of a column of `kind`; as in the snapshot.
pub(in crate::schema) fn value(backend: AnyBackend, kind: Type, value: &JsonValue) -> String {
    match (kind, value) {
        (Type::Bool, JsonValue::Bool(value)) if backend == AnyBackend::Sqlite => {
            u8::from(*value).to_string()
        }
        (Type::Bool, JsonValue::Bool(value)) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        (Type::Decimal, JsonValue::String(number)) if backend == AnyBackend::Postgres => {
            number.clone()
        }
        (Type::F32, JsonValue::Number(number)) if backend == AnyBackend::Sqlite => single(number),
        (Type::Json, document) => text(&document.to_string()),
        (Type::TextArray, JsonValue::Array(texts)) if backend == AnyBackend::Postgres => {
            array(texts)
        }
        (Type::TextArray, list) => text(&list.to_string()),
        (_, JsonValue::String(value)) => text(value),
        (_, other) => other.to_string(),
    }
}

/// As the service writes it: SQLite keeps eight bytes of each number.
fn single(number: &serde_json::Number) -> String {
    let written = number.to_string();
    let single = written.parse::<f32>();
    single.map_or(written, |single| format!("{:?}", f64::from(single)))
}

/// `'{"a","b"}'`
fn array(texts: &[JsonValue]) -> String {
    let items: Vec<_> = texts
        .iter()
        .filter_map(JsonValue::as_str)
        .map(|item| format!("\"{}\"", item.replace('\\', "\\\\").replace('"', "\\\"")))
        .collect();
    text(&format!("{{{}}}", items.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_words_are_quoted() {
        assert!(RESERVED.is_sorted());
        assert_eq!(
            names(["title", "order", "Größe"]),
            "title, \"order\", \"Größe\""
        );
    }

    #[test]
    fn values_cannot_end_their_quotes() {
        let json = serde_json::json!(["it's", "a \"b\" \\"]);
        let postgres = value(AnyBackend::Postgres, Type::TextArray, &json);
        assert_eq!(postgres, r#"'{"it''s","a \"b\" \\"}'"#);
        assert_eq!(
            value(AnyBackend::Sqlite, Type::TextArray, &json),
            r#"'["it''s","a \"b\" \\"]'"#
        );
        assert_eq!(value(AnyBackend::Sqlite, Type::Bool, &true.into()), "1");
        let single = |backend| value(backend, Type::F32, &1.1.into());
        assert_eq!(single(AnyBackend::Postgres), "1.1");
        assert_eq!(single(AnyBackend::Sqlite), "1.100000023841858");
    }
}
