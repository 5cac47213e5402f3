//! One field of a resource: what was written, and what follows from it.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Type, Visibility};

use crate::attribute::doc_comment;
use crate::case::RenameRule;
use crate::diagnostics::Diagnostics;
use crate::serde_names::{Place, SerdeNames};

use super::checks::Checks;
use super::field_args::{FieldArgs, Mark, OnDelete};
use super::garde::{self, GardeRule};
use super::shape::{Base, Shape};

/// A column that the runtime itself keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Id,
    Owner,
    CreatedAt,
    UpdatedAt,
    DeletedAt,
    Version,
}

impl Kept {
    pub(crate) const ALL: [(Self, Mark, &'static str); 6] = [
        (Self::Id, Mark::Id, "id"),
        (Self::Owner, Mark::Owner, "owner"),
        (Self::CreatedAt, Mark::CreatedAt, "created_at"),
        (Self::UpdatedAt, Mark::UpdatedAt, "updated_at"),
        (Self::DeletedAt, Mark::DeletedAt, "deleted_at"),
        (Self::Version, Mark::Version, "version"),
    ];

    /// The type that such a column needs.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Id => "`Uuid` or `i64`",
            Self::Owner => "`Uuid`, or `Option<Uuid>`",
            Self::CreatedAt | Self::UpdatedAt => "`DateTime<Utc>`",
            Self::DeletedAt => "`Option<DateTime<Utc>>`",
            Self::Version => "`i64` or `i32`",
        }
    }

    /// One such type.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Id | Self::Owner => "Uuid",
            Self::CreatedAt | Self::UpdatedAt => "DateTime<Utc>",
            Self::DeletedAt => "Option<DateTime<Utc>>",
            Self::Version => "i64",
        }
    }

    pub(crate) fn fits(self, shape: &Shape) -> bool {
        match self {
            Self::Id => shape.is_plain(Base::Uuid) || shape.is_plain(Base::I64),
            Self::Owner => shape.base == Base::Uuid && !shape.secret,
            Self::CreatedAt | Self::UpdatedAt => shape.is_plain(Base::Timestamp),
            Self::DeletedAt => shape.base == Base::Timestamp && shape.nullable && !shape.secret,
            Self::Version => shape.is_plain(Base::I64) || shape.is_plain(Base::I32),
        }
    }

    /// What a field is by its marks, else by its name; by name only where the type fits, an `id` in any case.
    fn of(name: &str, args: &FieldArgs, shape: &Shape) -> Option<Self> {
        let marked = Self::ALL
            .iter()
            .find(|(_, mark, _)| args.has(*mark))
            .map(|(kept, ..)| *kept);
        let named = || {
            let (kept, ..) = Self::ALL
                .iter()
                .find(|(kept, _, known)| *known == name && *kept != Self::Owner)?;
            (*kept == Self::Id || kept.fits(shape)).then_some(*kept)
        };
        marked.or_else(named)
    }

    /// The key of `#[field(…)]`.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kept, ..)| *kept == self)
            .map_or("", |(_, _, name)| name)
    }
}

/// One column.
pub(crate) struct Field {
    pub(crate) args: FieldArgs,
    pub(crate) garde: Vec<GardeRule>,
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
    pub(crate) shape: Shape,
    /// The type is one that can't be a column; that has been said.
    pub(crate) is_unfit: bool,
    pub(crate) doc: String,
    /// The name in JSON and in queries.
    pub(crate) wire: String,
    /// What gives it this name, to point at.
    pub(crate) wire_place: TokenStream,
    /// The name in the database.
    pub(crate) column: String,
    pub(crate) kept: Option<Kept>,
    pub(crate) checks: Checks,
}

impl Field {
    pub(crate) fn new(
        field: &syn::Field,
        ident: &Ident,
        rule: Option<RenameRule>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let args = FieldArgs::read(&field.attrs, diagnostics);
        let names = SerdeNames::read(&field.attrs, Place::Field, diagnostics);
        let garde = garde::read(&field.attrs, diagnostics);
        let known = diagnostics.keep(Shape::of(&field.ty));
        let is_unfit = known.is_none();
        let shape = known.unwrap_or_else(|| Shape::unknown(&field.ty));
        let name = ident.unraw().to_string();
        let checks = if is_unfit {
            Checks::default()
        } else {
            Checks::new(&garde, &shape, diagnostics)
        };
        let (wire, wire_place) = match names.rename {
            Some(rename) => (rename.value.value(), rename.value.into_token_stream()),
            None => (
                rule.map_or_else(|| name.clone(), |rule| rule.apply_to_field(&name)),
                ident.to_token_stream(),
            ),
        };
        Self {
            kept: Kept::of(&name, &args, &shape),
            column: args
                .column
                .as_ref()
                .map_or(name, |column| column.value.value()),
            doc: doc_comment(&field.attrs),
            ident: ident.clone(),
            vis: field.vis.clone(),
            ty: field.ty.clone(),
            args,
            garde,
            shape,
            is_unfit,
            wire,
            wire_place,
            checks,
        }
    }

    pub(crate) fn has(&self, mark: Mark) -> bool {
        self.args.has(mark)
    }

    /// Whether `New<Name>` has it: server code sets what bodies may not.
    pub(crate) fn is_in_new(&self) -> bool {
        self.kept.is_none()
    }

    /// Whether `<Name>Changes` has it.
    pub(crate) fn is_in_changes(&self) -> bool {
        self.is_in_new() && !self.has(Mark::Immutable)
    }

    /// What happens to the row when the one that it refers to goes.
    pub(crate) fn on_delete(&self) -> OnDelete {
        self.args
            .on_delete
            .as_ref()
            .map_or(OnDelete::Restrict, |on_delete| on_delete.value.0)
    }
}
