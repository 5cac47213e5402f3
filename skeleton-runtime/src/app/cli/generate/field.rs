//! A field on the command line: `NAME:TYPE[?][:OPTION…]`.

use super::super::words::{camel, snake};

/// What may stand there.
pub(super) const HELP: &str = "\
A field is NAME:TYPE, with `?` behind the type where it may be absent, and with `:OPTION` behind that.

Types:
  string             text of 1 to 200 characters
  text               text of any length
  bool  i16  i32  i64  f32  f64  decimal
  datetime  date  time
  uuid  json  bytes
  strings            a list of texts
  secret             stored, and never shown
  enum(a,b,…)        one of these; the first is the default
  belongs_to:NAME    a row of another resource

Options:
  unique  index  filter  sort  search  default  immutable  read_only  write_only
  owner              of belongs_to:User: whoever makes the row
  cascade  set_null  of belongs_to: what happens when the other row is deleted

For a shell, in quotes: 'published_at:datetime?' 'status:enum(draft,published)'";

/// A type that is a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) word: &'static str,
    pub(super) rust: &'static str,
    /// What such a field has without being asked for.
    marks: &'static [&'static str],
}

const fn plain(word: &'static str, rust: &'static str, marks: &'static [&'static str]) -> Plain {
    Plain { word, rust, marks }
}

const PLAIN: [Plain; 16] = [
    plain("string", "String", &["filter", "search"]),
    plain("text", "String", &["search"]),
    plain("bool", "bool", &["filter"]),
    plain("i16", "i16", &["filter"]),
    plain("i32", "i32", &["filter"]),
    plain("i64", "i64", &["filter"]),
    plain("f32", "f32", &["filter"]),
    plain("f64", "f64", &["filter"]),
    plain("decimal", "Decimal", &["filter"]),
    plain("datetime", "DateTime<Utc>", &["filter"]),
    plain("date", "NaiveDate", &["filter"]),
    plain("time", "NaiveTime", &["filter"]),
    plain("uuid", "Uuid", &["filter"]),
    plain("json", "JsonValue", &[]),
    plain("bytes", "Vec<u8>", &[]),
    plain("strings", "Vec<String>", &[]),
];

const SECRET: Plain = plain("secret", "Secret<String>", &[]);

/// Words of other languages and databases.
const OTHERWISE: [(&str, &str); 13] = [
    ("str", "string"),
    ("varchar", "string"),
    ("boolean", "bool"),
    ("int", "i32"),
    ("integer", "i32"),
    ("bigint", "i64"),
    ("float", "f64"),
    ("double", "f64"),
    ("numeric", "decimal"),
    ("timestamp", "datetime"),
    ("jsonb", "json"),
    ("references", "belongs_to"),
    ("password", "secret"),
];

const OPTIONS: [&str; 12] = [
    "unique",
    "index",
    "filter",
    "sort",
    "search",
    "default",
    "immutable",
    "read_only",
    "write_only",
    "owner",
    "cascade",
    "set_null",
];

/// What a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Plain(Plain),
    Enum(Vec<String>),
    BelongsTo(String),
}

/// A field as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// The name of the field in the struct.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) is_optional: bool,
    pub(super) options: Vec<&'static str>,
}

impl Field {
    /// # Errors
    ///
    /// Everything that is wrong with its words; what they mean together is for [`super::check`].
    pub(super) fn parse(text: &str) -> Result<Self, Vec<String>> {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let Some(word) = parts.next().filter(|word| !word.is_empty()) else {
            let help = format!("help: write {name}:TYPE, as {name}:string");
            return Err(vec![format!("`{text}` has no type\n  {help}")]);
        };
        let mut faults = Vec::new();
        let (word, mut is_optional) = optional(word);
        let kind = if word == "belongs_to" {
            let (target, is_absent) = optional(parts.next().unwrap_or_default());
            is_optional |= is_absent;
            Ok(Kind::BelongsTo(target.to_owned()))
        } else {
            kind(word)
        };
        let mut options = Vec::new();
        for part in parts {
            match OPTIONS.iter().find(|known| **known == part) {
                Some(option) if options.contains(option) => {
                    faults.push(format!("`{text}`: `{part}` is there twice"));
                }
                Some(option) => options.push(*option),
                None => faults.push(format!("`{text}`: there is no option `{part}`")),
            }
        }
        match kind {
            Ok(kind) if faults.is_empty() => Ok(Self {
                name: column(name, &kind),
                kind,
                is_optional,
                options,
            }),
            Ok(_) => Err(faults),
            Err(fault) => {
                faults.insert(0, format!("`{text}`: {fault}"));
                Err(faults)
            }
        }
    }

    pub(super) fn has(&self, option: &str) -> bool {
        self.options.contains(&option)
    }

    pub(super) fn is_plain(&self, words: &[&str]) -> bool {
        matches!(&self.kind, Kind::Plain(plain) if words.contains(&plain.word))
    }

    /// The keys of `#[field(…)]`, those of its type first.
    pub(super) fn keys(&self) -> Vec<String> {
        let of_type: &[&str] = match &self.kind {
            // What no answer shows must not be found out by filters.
            _ if self.has("write_only") => &[],
            Kind::Plain(plain) => plain.marks,
            Kind::Enum(_) | Kind::BelongsTo(_) => &["filter"],
        };
        let is_kept = self.name == "version" && self.is_plain(&["i64"]);
        let of_type = if is_kept { &[] } else { of_type };
        let mut keys: Vec<String> = of_type.iter().map(|key| (*key).to_owned()).collect();
        for option in &self.options {
            match *option {
                "cascade" | "set_null" => {}
                key if keys.iter().any(|there| there == key) => {}
                key => keys.push(key.to_owned()),
            }
        }
        let has_default = matches!(self.kind, Kind::Enum(_)) && !self.is_optional;
        if has_default && !self.has("default") {
            keys.push("default".to_owned());
        }
        if let Kind::BelongsTo(target) = &self.kind {
            keys.push(format!("belongs_to = {target}"));
        }
        for action in ["cascade", "set_null"] {
            if self.has(action) {
                keys.push(format!("on_delete = {action}"));
            }
        }
        keys
    }

    /// Its type in a struct of this name.
    pub(super) fn rust(&self, owner: &str) -> String {
        let rust = match &self.kind {
            Kind::Plain(plain) => plain.rust.to_owned(),
            Kind::Enum(_) => self.enum_name(owner),
            Kind::BelongsTo(_) => "Uuid".to_owned(),
        };
        if self.is_optional {
            format!("Option<{rust}>")
        } else {
            rust
        }
    }

    /// What the enum of this field is called: `BlogPostStatus`.
    pub(super) fn enum_name(&self, owner: &str) -> String {
        format!("{owner}{}", camel(&self.name))
    }
}

/// A type without its `?`, and whether it had one.
fn optional(word: &str) -> (&str, bool) {
    word.strip_suffix('?')
        .map_or((word, false), |word| (word, true))
}

fn kind(word: &str) -> Result<Kind, String> {
    if let Some(values) = word
        .strip_prefix("enum(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        return values_of(values).map(Kind::Enum);
    }
    if word.starts_with("enum") {
        return Err(
            "the values of an enum are missing\n  help: write 'enum(draft,published)', in quotes"
                .to_owned(),
        );
    }
    let mut all = PLAIN.iter().chain([&SECRET]);
    if let Some(plain) = all.find(|plain| plain.word == word) {
        return Ok(Kind::Plain(*plain));
    }
    let meant = OTHERWISE
        .iter()
        .find(|(other, _)| word.eq_ignore_ascii_case(other));
    let help = meant.map_or(String::new(), |(_, ours)| {
        format!("\n  help: write `{ours}`")
    });
    Err(format!("there is no type `{word}`{help}"))
}

/// Each value becomes a variant, from which the macro makes the value again.
fn values_of(text: &str) -> Result<Vec<String>, String> {
    let mut values: Vec<String> = Vec::new();
    for value in text.split(',').map(str::trim) {
        let variant = camel(value);
        let is_name = value.starts_with(|first: char| first.is_ascii_lowercase());
        if !is_name || !value.is_ascii() || snake(&variant) != value || variant == "Self" {
            return Err(format!(
                "`{value}` is no value of an enum\n  help: write words of small letters with `_` between, as `in_review`"
            ));
        }
        if values.iter().any(|known| known == value) {
            return Err(format!("the enum has `{value}` twice"));
        }
        values.push(value.to_owned());
    }
    Ok(values)
}

/// A reference is named after the key that it holds.
fn column(name: &str, kind: &Kind) -> String {
    match kind {
        Kind::BelongsTo(_) if !name.ends_with("_id") => format!("{name}_id"),
        _ => name.to_owned(),
    }
}
