//! A resource as Rust.

use std::fmt::Write as _;

use super::super::words::{camel, snake, words};
use super::check;
use super::field::{Field, Kind};
use super::place::Project;

/// What was asked for, checked.
#[derive(Debug)]
pub(super) struct Declaration {
    pub(super) name: String,
    fields: Vec<Field>,
}

impl Declaration {
    /// # Errors
    ///
    /// Every fault of every argument.
    pub(super) fn parse(
        name: &str,
        fields: &[String],
        project: &Project,
    ) -> Result<Self, Vec<String>> {
        let mut faults: Vec<String> = check::name(name).into_iter().collect();
        let mut known = project.resources();
        known.push(name.to_owned());
        let mut parsed = Vec::new();
        for text in fields {
            match Field::parse(text) {
                Ok(field) => {
                    faults.extend(check::field(&field, &known));
                    parsed.push(field);
                }
                Err(of_field) => faults.extend(of_field),
            }
        }
        faults.extend(check::together(&parsed));
        if fields.is_empty() {
            faults.push("a resource needs a field\n  help: as `title:string`".to_owned());
        }
        if faults.is_empty() {
            let name = name.to_owned();
            Ok(Self {
                name,
                fields: parsed,
            })
        } else {
            Err(faults)
        }
    }

    /// The name of its module and of its file.
    pub(super) fn module(&self) -> String {
        snake(&self.name)
    }

    /// The resource and its enums.
    pub(super) fn items(&self) -> Vec<String> {
        let enums = self.fields.iter().filter_map(|field| match field.kind {
            Kind::Enum(_) => Some(field.enum_name(&self.name)),
            _ => None,
        });
        let mut items = vec![self.name.clone()];
        items.extend(enums);
        items.sort();
        items
    }

    /// The resources beside it that it refers to; `User` comes with the prelude.
    pub(super) fn targets(&self) -> Vec<String> {
        let targets = self.fields.iter().filter_map(|field| match &field.kind {
            Kind::BelongsTo(target) if *target != self.name && target != "User" => {
                Some(target.clone())
            }
            _ => None,
        });
        let mut targets: Vec<_> = targets.collect();
        targets.sort();
        targets.dedup();
        targets
    }

    /// The enums and the struct, without imports.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let words = words(&self.name).join(" ");
        for field in &self.fields {
            if let Kind::Enum(values) = &field.kind {
                let what = field.name.replace('_', " ");
                let _ = writeln!(
                    text,
                    "/// The {what} of {}.\n#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, DbEnum)]\npub enum {} {{",
                    with_article(&words),
                    field.enum_name(&self.name)
                );
                for (index, value) in values.iter().enumerate() {
                    let default = if index == 0 { "    #[default]\n" } else { "" };
                    let _ = writeln!(text, "{default}    {},", camel(value));
                }
                text.push_str("}\n\n");
            }
        }
        let article = with_article(&words);
        let mut letters = article.chars();
        let first = letters.next().unwrap_or('A').to_ascii_uppercase();
        let _ = writeln!(
            text,
            "/// {first}{}.\n#[resource]\n#[requires_role({})]\npub struct {} {{\n    pub id: Uuid,\n",
            letters.as_str(),
            self.rule(),
            self.name
        );
        for field in &self.fields {
            text.push_str(&field_text(field, &self.name));
        }
        text.push_str(
            "    #[field(filter, sort)]\n    pub created_at: DateTime<Utc>,\n    pub updated_at: DateTime<Utc>,\n}\n",
        );
        text
    }

    /// Who may do what: spelled out, to be changed.
    fn rule(&self) -> &'static str {
        if self.fields.iter().any(|field| field.has("owner")) {
            "read = Viewer, create = Member, update = owner | Admin, replace = owner | Admin, delete = owner | Admin"
        } else {
            "read = Viewer, write = Member, delete = Admin"
        }
    }
}

fn field_text(field: &Field, owner: &str) -> String {
    let mut text = String::new();
    if field.is_plain(&["string"]) {
        text.push_str("    #[garde(length(chars, min = 1, max = 200))]\n");
    }
    let keys = field.keys();
    if !keys.is_empty() {
        let _ = writeln!(text, "    #[field({})]", keys.join(", "));
    }
    let _ = writeln!(text, "    pub {}: {},\n", field.name, field.rust(owner));
    text
}

fn with_article(words: &str) -> String {
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {words}")
}
