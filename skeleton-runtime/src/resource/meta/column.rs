//! What `#[field]` says of a field.

use crate::auth::RoleRef;
use crate::db::{Kind, Value};
use crate::resource::column::{ColumnType, Mismatch};

use super::{Check, Meta};

/// What happens to a row when the row it refers to is deleted.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::resource::OnDelete;
///
/// #[resource]
/// pub struct Note {
///     pub id: Uuid,
///     #[field(belongs_to = User, on_delete = cascade)]
///     pub author_id: Uuid,
/// }
///
/// let reference = Note::meta().columns[1].references.unwrap();
/// assert_eq!(reference.on_delete, OnDelete::Cascade);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// The delete is refused with 409 `in_use`.
    Restrict,
    /// The row goes too.
    Cascade,
    /// The column becomes NULL.
    SetNull,
}

/// A foreign key.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::resource::Reference;
///
/// #[resource]
/// pub struct Note {
///     pub id: Uuid,
///     #[field(belongs_to = User)]
///     pub author_id: Uuid,
/// }
///
/// let reference: Reference = Note::meta().columns[1].references.unwrap();
/// assert_eq!((reference.target)().table, "users");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The resource referred to; a function, so that two resources may refer to each other.
    pub target: fn() -> &'static Meta,
    /// What happens when the target row goes.
    pub on_delete: OnDelete,
}

/// A column that the runtime itself keeps.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::resource::Kept;
///
/// #[resource]
/// pub struct Note {
///     pub id: Uuid,
///     pub created_at: DateTime<Utc>,
/// }
///
/// let kept = Note::meta().columns.iter().map(|column| column.kept);
/// assert!(kept.eq([Some(Kept::Id), Some(Kept::CreatedAt)]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The primary key.
    Id,
    /// The account that made the row.
    Owner,
    /// The time of the insert.
    CreatedAt,
    /// The time of the last write.
    UpdatedAt,
    /// The time of a soft delete.
    DeletedAt,
    /// A counter of the row's writes.
    Version,
}

/// One column of a resource.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Note { pub id: Uuid, #[field(filter)] pub title: String }
/// use skeleton_runtime::resource::Column;
///
/// let filters = |column: &&Column| column.filter;
/// let names: Vec<_> = Note::meta().columns.iter().filter(filters).map(|column| column.name).collect();
/// assert_eq!(names, ["title"]);
/// ```
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one key of `#[field(…)]`"
)]
pub struct Column {
    /// The name on the wire: serde's.
    pub name: &'static str,
    /// The name in the database.
    pub column: &'static str,
    /// The field's doc comment.
    pub doc: &'static str,
    /// How it is stored.
    pub kind: Kind,
    /// Whether NULL may stand in it.
    pub nullable: bool,
    /// A `Secret<T>`: in no answer.
    pub secret: bool,
    /// The values of an enum.
    pub variants: &'static [&'static str],
    /// `filter`
    pub filter: bool,
    /// `sort`
    pub sort: bool,
    /// `search`
    pub search: bool,
    /// `unique`
    pub unique: bool,
    /// `index`
    pub index: bool,
    /// `read_only`
    pub read_only: bool,
    /// `write_only`
    pub write_only: bool,
    /// `immutable`
    pub immutable: bool,
    /// `default`
    pub has_default: bool,
    /// Makes the value of `default`.
    pub default: Option<fn() -> Value>,
    /// The name in the database before.
    pub renamed_from: Option<&'static str>,
    /// `read`: the role that it takes to know of it.
    pub read_role: Option<RoleRef>,
    /// `write`: the role that it takes to write it.
    pub write_role: Option<RoleRef>,
    /// Kept by the runtime.
    pub kept: Option<Kept>,
    /// `belongs_to`
    pub references: Option<Reference>,
    /// `#[garde(…)]`
    pub checks: &'static [Check],
    /// Reads a value from a query parameter.
    pub parse: fn(&str) -> Result<Value, Mismatch>,
}

impl Column {
    /// A column of type `T`, of the same name on the wire and in the database.
    pub const fn of<T: ColumnType>(name: &'static str) -> Self {
        Self {
            name,
            column: name,
            doc: "",
            kind: T::KIND,
            nullable: T::NULLABLE,
            secret: T::SECRET,
            variants: T::VARIANTS,
            filter: false,
            sort: false,
            search: false,
            unique: false,
            index: false,
            read_only: false,
            write_only: false,
            immutable: false,
            has_default: false,
            default: None,
            renamed_from: None,
            read_role: None,
            write_role: None,
            kept: None,
            references: None,
            checks: &[],
            parse: parse_value::<T>,
        }
    }

    /// Another name in the database.
    #[must_use]
    pub const fn column(mut self, column: &'static str) -> Self {
        self.column = column;
        self
    }

    /// The doc comment.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// May be filtered.
    #[must_use]
    pub const fn filter(mut self) -> Self {
        self.filter = true;
        self
    }

    /// May be sorted.
    #[must_use]
    pub const fn sort(mut self) -> Self {
        self.sort = true;
        self
    }

    /// Is searched by `q`.
    #[must_use]
    pub const fn search(mut self) -> Self {
        self.search = true;
        self
    }

    /// No two rows share a value.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Has an index.
    #[must_use]
    pub const fn index(mut self) -> Self {
        self.index = true;
        self
    }

    /// In no body.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// In no answer.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Set at creation and never again.
    #[must_use]
    pub const fn immutable(mut self) -> Self {
        self.immutable = true;
        self
    }

    /// May be absent at creation.
    #[must_use]
    pub const fn has_default(mut self) -> Self {
        self.has_default = true;
        self
    }

    /// May be absent at creation, and has this value then.
    #[must_use]
    pub const fn default(mut self, value: fn() -> Value) -> Self {
        self.has_default = true;
        self.default = Some(value);
        self
    }

    /// The name in the database before.
    #[must_use]
    pub const fn renamed_from(mut self, column: &'static str) -> Self {
        self.renamed_from = Some(column);
        self
    }

    /// Known to this role and above.
    #[must_use]
    pub const fn read_role(mut self, role: RoleRef) -> Self {
        self.read_role = Some(role);
        self
    }

    /// Written by this role and above.
    #[must_use]
    pub const fn write_role(mut self, role: RoleRef) -> Self {
        self.write_role = Some(role);
        self
    }

    /// Kept by the runtime, so in no body.
    #[must_use]
    pub const fn kept(mut self, kept: Kept) -> Self {
        self.kept = Some(kept);
        self
    }

    /// Refers to another resource.
    #[must_use]
    pub const fn references(mut self, target: fn() -> &'static Meta, on_delete: OnDelete) -> Self {
        self.references = Some(Reference { target, on_delete });
        self
    }

    /// The rules of `#[garde(…)]`.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }

    /// Whether an answer to somebody with this role shows it.
    pub fn is_readable_by(&self, role: Option<RoleRef>) -> bool {
        self.is_visible() && has(role, self.read_role)
    }

    /// Whether somebody with this role may write it, if a body may have it at all.
    pub fn is_writable_by(&self, role: Option<RoleRef>) -> bool {
        has(role, self.write_role)
    }

    /// Whether an answer shows it, to whoever may read it.
    pub const fn is_visible(&self) -> bool {
        !self.secret && !self.write_only
    }

    /// Whether the body of a create may have it.
    pub const fn is_writable_once(&self) -> bool {
        !self.read_only && self.kept.is_none()
    }

    /// Whether the body of an update may have it.
    pub const fn is_writable(&self) -> bool {
        self.is_writable_once() && !self.immutable
    }
}

/// Whether `role` includes the one that is needed, if one is.
fn has(role: Option<RoleRef>, needed: Option<RoleRef>) -> bool {
    needed.is_none_or(|needed| role.is_some_and(|role| role.includes(needed)))
}

fn parse_value<T: ColumnType>(text: &str) -> Result<Value, Mismatch> {
    T::parse(text).map(T::into_value)
}
