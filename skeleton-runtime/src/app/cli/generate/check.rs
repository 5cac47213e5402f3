//! What the words of a resource mean together: whatever the macro would refuse is refused before it is written.

use super::super::words::{camel, is_keyword, snake};
use super::field::{Field, Kind};

/// Fields that every generated resource has.
const GIVEN: [&str; 3] = ["id", "created_at", "updated_at"];

/// Parameters of a list, which no field that can be filtered may be called.
const PARAMETERS: [&str; 7] = ["limit", "cursor", "sort", "q", "fields", "include", "count"];

/// Names that the file of a resource has from the prelude.
const TAKEN: &str = "App AppState Change Context CurrentUser DateTime Db DbEnum Decimal Deserialize Error ExitCode Fault \
    Hooks Json JsonValue Jsonb NaiveDate NaiveTime Option Patch Path Query Repository Resource Result Role Secret Serialize \
    State String User Utc Uuid Vec";

/// Why this is no name for a resource.
pub(super) fn name(name: &str) -> Option<String> {
    let plain = camel(&snake(name));
    let plain = if plain.starts_with(|first: char| first.is_ascii_alphabetic()) {
        plain
    } else {
        "BlogPost".to_owned()
    };
    let is_camel = name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric());
    if !is_camel {
        return Some(format!(
            "`{name}` is no name for a resource\n  help: write words with capitals, as `{plain}`"
        ));
    }
    let module = snake(name);
    if is_keyword(&module) {
        return Some(format!(
            "`{name}`: its module would be `{module}`, a keyword of Rust\n  help: choose another name, as `{name}Item`"
        ));
    }
    let is_taken = TAKEN.split_whitespace().any(|taken| taken == name);
    is_taken.then(|| format!("`{name}` is a name of the kit or of Rust\n  help: choose another"))
}

/// What is wrong with a field by itself. `known` are the resources that can be referred to.
pub(super) fn field(field: &Field, known: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |reason: &str, help: &str| {
        faults.push(format!("`{}`: {reason}\n  help: {help}", field.name));
    };
    let given = GIVEN.contains(&field.name.as_str());
    if given {
        fault("every resource has it by itself", "leave it out");
    } else if field.name == "deleted_at" {
        fault(
            "it belongs to `soft_delete`, which is more than a field",
            "leave it out, and see docs/writes.md",
        );
    } else if !is_field_name(&field.name) {
        fault(
            "this is no name for a field",
            "write small letters, digits and `_`, as `title`",
        );
    } else if is_keyword(&field.name) {
        fault("this is a keyword of Rust", "choose another name");
    } else if PARAMETERS.contains(&field.name.as_str()) {
        fault("this is a parameter of every list", "choose another name");
    }
    of_type(field, &mut fault);
    if let Kind::BelongsTo(target) = &field.kind
        && !known.contains(target)
    {
        let help = format!("write one of {}", known.join(", "));
        fault(&format!("there is no resource `{target}`"), &help);
    }
    faults
}

fn is_field_name(name: &str) -> bool {
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.chars().all(plain)
}

/// Options that don't fit the type, or each other.
fn of_type(field: &Field, fault: &mut impl FnMut(&str, &str)) {
    let is_list = field.is_plain(&["json", "bytes", "strings"]);
    let is_secret = field.is_plain(&["secret"]);
    let is_text = field.is_plain(&["string", "text"]);
    let is_reference = matches!(field.kind, Kind::BelongsTo(_));
    for option in &field.options {
        let reason = match *option {
            "filter" | "sort" if is_list => "it has no single value to compare",
            "unique" | "index" if is_list => "a list or a document is no key",
            "filter" | "sort" | "search" | "unique" | "write_only" if is_secret => {
                "a secret is neither shown nor looked for"
            }
            "filter" | "sort" | "search" if field.has("write_only") => {
                "what is not shown must not be found out either"
            }
            "search" if !is_text => "it is for text",
            "cascade" | "set_null" if !is_reference => "it is for belongs_to",
            "set_null" if !field.is_optional => "it is for belongs_to:…?, which may be absent",
            "set_null" if field.has("cascade") => "it can't be with `cascade`",
            "default" if field.is_optional => "what may be absent has a default already",
            "default" if is_reference || is_secret => "there is none for it",
            "owner" if field.kind != Kind::BelongsTo("User".to_owned()) => {
                "it is for belongs_to:User"
            }
            "owner" if field.is_optional => "a row without an owner would be nobody's",
            "immutable" | "write_only" if field.has("read_only") => "it can't be with `read_only`",
            "immutable" | "read_only" | "write_only" if field.has("owner") => {
                "an owner is read-only by itself"
            }
            "index" if field.has("unique") => "`unique` has an index already",
            "index" if is_reference => "a reference has an index already",
            _ => continue,
        };
        fault(&format!("`{option}`: {reason}"), "leave it out");
    }
}

/// What fields have in common that they must not.
pub(super) fn together(fields: &[Field]) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        if fields[..index]
            .iter()
            .any(|before| before.name == field.name)
        {
            faults.push(format!("`{}` is there twice", field.name));
        }
        let relation = field.name.strip_suffix("_id");
        if let (Kind::BelongsTo(_), Some(relation)) = (&field.kind, relation)
            && (fields.iter().any(|other| other.name == relation))
        {
            faults.push(format!(
                "`{relation}` is a field, and the relation of `{}`\n  help: rename one of them",
                field.name
            ));
        }
    }
    let owners = fields.iter().filter(|field| field.has("owner")).count();
    if owners > 1 {
        faults.push("a row has one owner\n  help: leave `owner` out elsewhere".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_for_the_struct_and_for_its_module() {
        for good in ["BlogPost", "Tag", "Typeface"] {
            assert_eq!(name(good), None);
        }
        for (bad, part) in [
            ("blogPost", "as `BlogPost`"),
            ("User", "a name of the kit"),
            ("Match", "would be `match`, a keyword"),
            ("Mod", "would be `mod`, a keyword"),
        ] {
            let fault = name(bad).unwrap_or_else(|| panic!("`{bad}` passes"));
            assert!(fault.contains(part), "{fault}");
        }
    }
}
