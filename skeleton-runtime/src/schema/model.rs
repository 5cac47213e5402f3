//! What a schema consists of, the same for both databases; as JSON it is the snapshot beside the migrations.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value as JsonValue};

/// The tables of an application, without those of the kit.
///
/// ```
/// use skeleton_runtime::schema::Schema;
///
/// let snapshot = Schema::empty().to_json();
/// assert_eq!(Schema::parse(&snapshot), Ok(Schema::empty()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The version of this form.
    format: u32,
    /// The tables, by name.
    pub(crate) tables: Vec<Table>,
}

/// The only version of the snapshot's form that there is.
const FORMAT: u32 = 1;

impl Schema {
    /// A schema of these tables.
    pub(crate) fn new(mut tables: Vec<Table>) -> Self {
        tables.sort_by(|left, right| left.name.cmp(&right.name));
        Self {
            format: FORMAT,
            tables,
        }
    }

    /// A schema without tables: what a first migration begins with.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(Vec::new())
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, with the line.
    pub fn parse(json: &str) -> Result<Self, String> {
        let schema: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if schema.format != FORMAT {
            return Err(format!(
                "it has the format {}, and this program reads {FORMAT}",
                schema.format
            ));
        }
        Ok(schema)
    }

    /// The text of the snapshot.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }

    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) indexes: Vec<Index>,
}

impl Table {
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether several columns are the primary key together.
    pub(crate) fn has_composite_key(&self) -> bool {
        self.key().count() > 1
    }

    /// The columns of the primary key.
    pub(crate) fn key(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.primary_key)
    }

    pub(crate) fn primary_key(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.primary_key)
    }
}

/// The type of a column, as in [`Kind`](crate::db::Kind).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Type {
    Bool,
    I16,
    I32,
    I64,
    F32,
    F64,
    Text,
    Bytes,
    Uuid,
    Timestamp,
    Date,
    Time,
    Json,
    Decimal,
    TextArray,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Column {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: Type,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) primary_key: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) nullable: bool,
    /// What an INSERT without the column writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<JsonValue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) checks: Vec<Check>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) references: Option<Reference>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// What must hold of each value; NULL passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Check {
    OneOf(Vec<String>),
    /// The length of a text in code points.
    Chars(Bounds),
    /// The length of a text or of bytes.
    Bytes(Bounds),
    /// The length of a list.
    Items(Bounds),
    Range(Bounds),
}

/// Both included; at least one is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bounds {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) min: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max: Option<Number>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reference {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) on_delete: OnDelete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

impl OnDelete {
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Index {
    pub(crate) name: String,
    /// As in the URL: `-created_at` descends.
    pub(crate) columns: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) unique: bool,
    /// Only of rows where this column is NULL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) where_null: Option<String>,
}

impl Index {
    /// The columns, each with whether it descends.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, bool)> {
        self.columns.iter().map(|key| match key.strip_prefix('-') {
            Some(column) => (column, true),
            None => (key.as_str(), false),
        })
    }

    /// Whether the two are the same but for the name.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.columns == other.columns
            && self.unique == other.unique
            && self.where_null == other.where_null
    }

    /// Whether the column is named by it.
    pub(crate) fn names(&self, column: &str) -> bool {
        self.keys().any(|(key, _)| key == column) || self.where_null.as_deref() == Some(column)
    }
}
