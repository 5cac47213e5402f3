//! `#[derive(DbEnum)]`: an enum that is a text, the same on the wire and in the database.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{DeriveInput, Path, Variant};

use crate::case::RenameRule;
use crate::diagnostics::Diagnostics;
use crate::names::{DB_ENUM, DB_ENUM_ATTRIBUTE};
use crate::recover;
use crate::serde_names::{Place, SerdeNames};

use super::{check_distinct, crate_option, unit_variants};

/// An enum with its values; validated, or as good as can be after an error.
struct DbEnum {
    krate: Path,
    ident: Ident,
    variants: Vec<Ident>,
    values: Vec<String>,
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let expanded = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => DbEnum::new(&input, &mut diagnostics).map(|model| model.expand()),
        Err(error) => {
            diagnostics.push(error);
            None
        }
    };
    recover::with_errors(diagnostics, &expanded.unwrap_or_default())
}

impl DbEnum {
    fn new(input: &DeriveInput, diagnostics: &mut Diagnostics) -> Option<Self> {
        let krate = crate_option(input, DB_ENUM_ATTRIBUTE, &DB_ENUM, diagnostics);
        let variants = unit_variants(input, "#[derive(DbEnum)]", diagnostics)?;
        let names = SerdeNames::read(&input.attrs, Place::DbEnum, diagnostics);
        if let Some(rename) = &names.rename {
            let help = "leave it out, or write `#[serde(rename_all = \"…\")]`";
            diagnostics.error(
                &rename.key,
                "serde's `rename` has no effect on an enum that is a column",
                help,
            );
        }
        let rule = names
            .rename_all
            .map_or(RenameRule::Snake, |rule| rule.value);
        let values: Vec<_> = variants
            .iter()
            .map(|variant| (&variant.ident, value(variant, rule, diagnostics)))
            .collect();
        check_distinct(&values, diagnostics);
        let has_fields = variants.iter().any(|variant| !variant.fields.is_empty());
        (!has_fields && input.generics.params.is_empty()).then(|| Self {
            krate,
            ident: input.ident.clone(),
            variants: values
                .iter()
                .map(|(variant, _)| (*variant).clone())
                .collect(),
            values: values.into_iter().map(|(_, value)| value).collect(),
        })
    }

    fn expand(&self) -> TokenStream {
        let Self {
            krate,
            ident,
            variants,
            values,
        } = self;
        let indexes = (0..variants.len()).map(Literal::usize_unsuffixed);
        quote! {
            #krate::__private::db_enum! { #ident { #(#variants = #values at #indexes),* } }
        }
    }
}

/// The value that stands for a variant.
fn value(variant: &Variant, rule: RenameRule, diagnostics: &mut Diagnostics) -> String {
    let names = SerdeNames::read(&variant.attrs, Place::DbEnum, diagnostics);
    if let Some(all) = &names.rename_all {
        diagnostics.error(
            &all.key,
            "`rename_all` stands on the enum, not on a variant",
            "write `rename = \"…\"`",
        );
    }
    match names.rename {
        None => rule.apply_to_variant(&variant.ident.unraw().to_string()),
        Some(rename) => {
            if rename.value.value().is_empty() {
                diagnostics.error(
                    &rename.value,
                    "the value of a variant cannot be empty",
                    "write `rename = \"…\"`",
                );
            }
            rename.value.value()
        }
    }
}
