//! The syntax of `#[field(…)]`; no meaning.

use proc_macro2::Ident;
use syn::{Attribute, Expr, LitStr, Path};

use crate::attribute::{Entry, Spanned, arguments, fill, is_named, read_entries, set_twice};
use crate::diagnostics::{Diagnostics, error, nearest, quoted};
use crate::names::{
    BELONGS_TO, COLUMN, DEFAULT, FIELD, FIELD_ATTRIBUTE, ON_DELETE, READ, RENAMED_FROM, WRITE,
};

/// A key of `#[field(…)]` that stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Id,
    Filter,
    Sort,
    Search,
    Unique,
    Index,
    ReadOnly,
    WriteOnly,
    Immutable,
    Owner,
    CreatedAt,
    UpdatedAt,
    DeletedAt,
    Version,
}

impl Mark {
    const ALL: [(&'static str, Self); 14] = [
        ("id", Self::Id),
        ("filter", Self::Filter),
        ("sort", Self::Sort),
        ("search", Self::Search),
        ("unique", Self::Unique),
        ("index", Self::Index),
        ("read_only", Self::ReadOnly),
        ("write_only", Self::WriteOnly),
        ("immutable", Self::Immutable),
        ("owner", Self::Owner),
        ("created_at", Self::CreatedAt),
        ("updated_at", Self::UpdatedAt),
        ("deleted_at", Self::DeletedAt),
        ("version", Self::Version),
    ];

    fn find(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, mark)| *mark)
    }
}

/// What happens to a row when the row it refers to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

impl OnDelete {
    const ALL: [(&'static str, Self); 3] = [
        ("cascade", Self::Cascade),
        ("set_null", Self::SetNull),
        ("restrict", Self::Restrict),
    ];
}

/// What stands in the parentheses of all `#[field(…)]` of one field.
#[derive(Debug, Default)]
pub(crate) struct FieldArgs {
    marks: Vec<(Mark, Ident)>,
    /// `default` is `None` within, `default = expr` the expression.
    pub(crate) default: Option<Spanned<Option<Expr>>>,
    pub(crate) belongs_to: Option<Spanned<Path>>,
    pub(crate) on_delete: Option<Spanned<(OnDelete, Ident)>>,
    pub(crate) column: Option<Spanned<LitStr>>,
    /// The name that the column had before.
    pub(crate) renamed_from: Option<Spanned<LitStr>>,
    /// The field's own roles.
    pub(crate) read: Option<Spanned<Ident>>,
    pub(crate) write: Option<Spanned<Ident>>,
}

impl FieldArgs {
    pub(crate) fn read(attributes: &[Attribute], diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        for attribute in attributes
            .iter()
            .filter(|attribute| is_named(attribute, FIELD_ATTRIBUTE))
        {
            let Some(tokens) = diagnostics.keep(arguments(attribute, &FIELD)) else {
                continue;
            };
            read_entries(tokens, &FIELD, diagnostics, |entry, diagnostics| {
                args.key(entry, diagnostics)
            });
        }
        args
    }

    /// The key, where the mark is set.
    pub(crate) fn mark(&self, mark: Mark) -> Option<&Ident> {
        self.marks
            .iter()
            .find(|(set, _)| *set == mark)
            .map(|(_, key)| key)
    }

    pub(crate) fn has(&self, mark: Mark) -> bool {
        self.mark(mark).is_some()
    }

    fn key(&mut self, entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        let name = entry.name();
        if let Some(mark) = Mark::find(&name) {
            entry.flag()?;
            match self.mark(mark) {
                Some(first) => set_twice(&entry.key, first, diagnostics),
                None => self.marks.push((mark, entry.key.clone())),
            }
            return Ok(());
        }
        let key = entry.key.clone();
        match name.as_str() {
            DEFAULT => fill(
                &mut self.default,
                Spanned::new(key, default(entry)?),
                diagnostics,
            ),
            BELONGS_TO => fill(
                &mut self.belongs_to,
                Spanned::new(key, entry.value("a resource")?),
                diagnostics,
            ),
            ON_DELETE => fill(
                &mut self.on_delete,
                Spanned::new(key, on_delete(entry)?),
                diagnostics,
            ),
            COLUMN => fill(
                &mut self.column,
                Spanned::new(key, entry.value("a string")?),
                diagnostics,
            ),
            RENAMED_FROM => fill(
                &mut self.renamed_from,
                Spanned::new(key, entry.value("a string")?),
                diagnostics,
            ),
            READ => fill(
                &mut self.read,
                Spanned::new(key, entry.value("a role")?),
                diagnostics,
            ),
            WRITE => fill(
                &mut self.write,
                Spanned::new(key, entry.value("a role")?),
                diagnostics,
            ),
            _ => {}
        }
        Ok(())
    }
}

fn default(entry: &Entry<'_>) -> syn::Result<Option<Expr>> {
    if entry.has_value() {
        return entry.value("an expression").map(Some);
    }
    entry.flag().map(|()| None)
}

fn on_delete(entry: &Entry<'_>) -> syn::Result<(OnDelete, Ident)> {
    let known = OnDelete::ALL.map(|(name, _)| name);
    let word: Ident = entry.value(&format!("one of {}", quoted(known)))?;
    let name = word.to_string();
    match OnDelete::ALL.iter().find(|(known, _)| *known == name) {
        Some((_, on_delete)) => Ok((*on_delete, word)),
        None => {
            let values = format!("values are {}", quoted(known));
            let help = nearest(&name, known).map_or(values.clone(), |meant| {
                format!("did you mean `{meant}`? {values}")
            });
            Err(error(
                word,
                format!("unknown value `{name}` of `on_delete`"),
                help,
            ))
        }
    }
}
