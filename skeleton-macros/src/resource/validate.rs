//! Rules that look at more than one attribute. [`check`] lists them all.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::LitStr;

use crate::attribute::Spanned;
use crate::diagnostics::Diagnostics;
use crate::names::LIST_PARAMETERS;

use super::field::{Field, Kept};
use super::field_args::Mark;
use super::model::Resource;
use super::{relations, validate_field};

/// Diesel's limit with the feature that the runtime turns on.
pub(super) const MOST_COLUMNS: usize = 32;

/// The longest name that PostgreSQL keeps whole (`NAMEDATALEN` less one).
const LONGEST_NAME: usize = 63;

/// Holds the resource against every rule; all faults are told.
pub(crate) fn check(resource: &Resource, diagnostics: &mut Diagnostics) {
    path_is_absolute(resource, diagnostics);
    table_is_a_name(resource, diagnostics);
    columns_are_names(resource, diagnostics);
    renames_have_an_effect(resource, diagnostics);
    columns_fit_a_table(resource, diagnostics);
    names_are_distinct(resource, diagnostics);
    id_is_there(resource, diagnostics);
    kept_columns_are_single(resource, diagnostics);
    soft_delete_has_its_field(resource, diagnostics);
    filters_are_no_parameters(resource, diagnostics);
    relations::names_are_distinct(resource, diagnostics);
    relations::depth_is_sound(resource, diagnostics);
    for field in &resource.fields {
        validate_field::check(field, diagnostics);
    }
}

/// `path = "/blog-posts"`: from the root, of plain words, without a slash at the end.
fn path_is_absolute(resource: &Resource, diagnostics: &mut Diagnostics) {
    let Some(Spanned { value: literal, .. }) = &resource.args.path else {
        return;
    };
    let path = &resource.path;
    let words = path.trim_matches('/');
    let help = format!("write `path = \"/{words}\"`");
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.~".contains(letter);
    if words.is_empty() {
        let help = "write the plural of the resource, as `path = \"/articles\"`";
        diagnostics.error(
            literal,
            format!("resource path `{path}` has no name in it"),
            help,
        );
    } else if !path.starts_with('/') {
        diagnostics.error(
            literal,
            format!("resource path `{path}` does not begin with a slash"),
            help,
        );
    } else if path.ends_with('/') {
        diagnostics.error(
            literal,
            format!("resource path `{path}` ends with a slash"),
            help,
        );
    } else if words.split('/').any(str::is_empty)
        || !words.split('/').all(|word| word.chars().all(is_plain))
    {
        let message = format!("resource path `{path}` is not made of plain words");
        diagnostics.error(
            literal,
            message,
            "use letters, digits, `-`, `_`, `.` and `~`, as `path = \"/blog-posts\"`",
        );
    }
}

/// `table = "blog_posts"`: a name in SQL, which is also a module in Rust.
fn table_is_a_name(resource: &Resource, diagnostics: &mut Diagnostics) {
    if let Some(Spanned { value: literal, .. }) = &resource.args.table {
        check_name("table", "articles", &resource.table, literal, diagnostics);
    }
}

/// `column = "headline"`.
fn columns_are_names(resource: &Resource, diagnostics: &mut Diagnostics) {
    for field in &resource.fields {
        if let Some(Spanned { value: literal, .. }) = &field.args.column {
            check_name("column", "headline", &field.column, literal, diagnostics);
        }
    }
}

/// `renamed_from = "…"`: another name, which nothing here has any more.
fn renames_have_an_effect(resource: &Resource, diagnostics: &mut Diagnostics) {
    if let Some(Spanned { value: literal, .. }) = &resource.args.renamed_from {
        let from = literal.value();
        if from == resource.table {
            let message = format!("`renamed_from` has no effect: the table is named `{from}`");
            diagnostics.error(
                literal,
                message,
                "write the name that it had before, or leave it out",
            );
        } else {
            check_name("table", "posts", &from, literal, diagnostics);
        }
    }
    let mut taken: HashMap<String, &LitStr> = HashMap::new();
    for field in &resource.fields {
        let Some(Spanned { value: literal, .. }) = &field.args.renamed_from else {
            continue;
        };
        let from = literal.value();
        let mut columns = resource.fields.iter();
        if taken.insert(from.clone(), literal).is_some() {
            let message = format!("two columns cannot both be renamed from `{from}`");
            diagnostics.clash(literal, message, "keep one of them");
        } else if columns.any(|other| other.column == from) {
            let message = format!("`renamed_from` names `{from}`, which is a column here");
            diagnostics.error(
                literal,
                message,
                "write the name that it had before, or leave it out",
            );
        } else {
            check_name("column", "caption", &from, literal, diagnostics);
        }
    }
}

fn check_name(
    kind: &str,
    example: &str,
    name: &str,
    place: impl ToTokens,
    diagnostics: &mut Diagnostics,
) {
    let begins_well = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
    let is_plain = name
        .chars()
        .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    let is_taken = ["_", "self", "super", "crate"].contains(&name);
    if begins_well && is_plain && !is_taken && name.len() <= LONGEST_NAME {
        return;
    }
    let message = format!("`{name}` cannot be the name of a {kind}");
    let help = format!(
        "use up to {LONGEST_NAME} small letters, digits and `_`, as `{kind} = \"{example}\"`"
    );
    diagnostics.error(place, message, help);
}

fn columns_fit_a_table(resource: &Resource, diagnostics: &mut Diagnostics) {
    if resource.has_diesel && resource.fields.len() > MOST_COLUMNS {
        let message = format!(
            "resource `{}` has more than {MOST_COLUMNS} columns",
            resource.ident
        );
        let help = "write `#[resource(table = false)]`, which goes without Diesel's `table!`, or part the struct";
        diagnostics.error(&resource.ident, message, help);
    }
}

/// No two fields share a name in JSON, or a column.
fn names_are_distinct(resource: &Resource, diagnostics: &mut Diagnostics) {
    let mut wires: HashMap<&str, &Field> = HashMap::new();
    let mut columns: HashMap<&str, &Field> = HashMap::new();
    for field in &resource.fields {
        if let Some(first) = wires.insert(&field.wire, field) {
            let message = format!(
                "fields `{}` and `{}` are both named `{}` in JSON",
                first.ident, field.ident, field.wire
            );
            diagnostics.clash(&field.wire_place, message, "rename one of them");
        }
        if let Some(first) = columns.insert(&field.column, field) {
            let message = format!(
                "fields `{}` and `{}` are both stored in the column `{}`",
                first.ident, field.ident, field.column
            );
            diagnostics.clash(
                column_place(field),
                message,
                "give one of them another `column`",
            );
        }
    }
}

fn column_place(field: &Field) -> TokenStream {
    field.args.column.as_ref().map_or_else(
        || field.ident.to_token_stream(),
        |column| column.value.to_token_stream(),
    )
}

fn id_is_there(resource: &Resource, diagnostics: &mut Diagnostics) {
    if resource.kept(Kept::Id).next().is_none() {
        let name = &resource.ident;
        let help = "name a field `id`, or mark one with `#[field(id)]`";
        diagnostics.error(name, format!("resource `{name}` has no primary key"), help);
    }
}

/// One primary key, one owner, one of each time and one version.
fn kept_columns_are_single(resource: &Resource, diagnostics: &mut Diagnostics) {
    for (kept, mark, name) in Kept::ALL {
        let place = |field: &Field| {
            field
                .args
                .mark(mark)
                .cloned()
                .unwrap_or_else(|| field.ident.clone())
        };
        let mut fields = resource.kept(kept);
        let Some(first) = fields.next() else { continue };
        let what = if kept == Kept::Id {
            "the primary key".to_owned()
        } else {
            format!("`{name}`")
        };
        for second in fields {
            let message = format!(
                "fields `{}` and `{}` are both {what}",
                first.ident, second.ident
            );
            let help = "unmark or rename one of them";
            diagnostics.clash(place(second), message, help);
        }
    }
}

/// `soft_delete` needs a place for the time.
fn soft_delete_has_its_field(resource: &Resource, diagnostics: &mut Diagnostics) {
    let Some(soft_delete) = &resource.args.soft_delete else {
        return;
    };
    if resource.kept(Kept::DeletedAt).next().is_none() {
        let message = "`soft_delete` needs a field that says when a row was deleted";
        let help = "add `pub deleted_at: Option<DateTime<Utc>>` to the struct";
        diagnostics.error(&soft_delete.key, message, help);
    }
}

/// `limit`, `sort` and their like are parameters of a list, so they can't be names of filters.
fn filters_are_no_parameters(resource: &Resource, diagnostics: &mut Diagnostics) {
    for field in &resource.fields {
        let key = field.args.mark(Mark::Filter);
        if let (Some(key), true) = (key, LIST_PARAMETERS.contains(&field.wire.as_str())) {
            let wire = &field.wire;
            let message =
                format!("`{wire}` cannot be a filter: lists have a parameter of this name");
            let help = format!(
                "leave `filter` out, or write `#[serde(rename = \"{}_{wire}\")]`",
                lower(resource)
            );
            diagnostics.error(key, message, help);
        }
    }
}

fn lower(resource: &Resource) -> String {
    crate::case::words(&resource.ident.to_string()).join("_")
}
