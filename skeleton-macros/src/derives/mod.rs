//! The derives, over what they share: enums whose variants carry nothing.

pub(crate) mod db_enum;
pub(crate) mod role;

use proc_macro2::Ident;
use syn::{Data, DataEnum, DeriveInput, Fields, Path, Variant};

use crate::attribute::{Spanned, arguments, fill, read_entries};
use crate::crate_path;
use crate::diagnostics::{Diagnostics, error_with_note};
use crate::names::Keys;

/// The variants of an enum in which each is a mere name, or `None` where it is no enum at all.
pub(crate) fn unit_variants<'a>(
    input: &'a DeriveInput,
    derive: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<&'a Variant>> {
    let data = enum_data(input, derive, diagnostics)?;
    let name = &input.ident;
    if !input.generics.params.is_empty() {
        let message = format!("`{derive}` needs an enum without generics");
        diagnostics.error(&input.generics, message, format!("write `enum {name}`"));
    }
    if data.variants.is_empty() {
        diagnostics.error(
            name,
            format!("`{derive}` needs at least one variant"),
            format!("give `{name}` a variant"),
        );
    }
    for variant in &data.variants {
        check_variant(variant, derive, diagnostics);
    }
    Some(data.variants.iter().collect())
}

fn enum_data<'a>(
    input: &'a DeriveInput,
    derive: &str,
    diagnostics: &mut Diagnostics,
) -> Option<&'a DataEnum> {
    let note = "its variants are names, and a name is all that is stored";
    let name = &input.ident;
    match &input.data {
        Data::Enum(data) => return Some(data),
        Data::Struct(data) => {
            let message = format!("`{derive}` needs an enum, found struct `{name}`");
            diagnostics.push(error_with_note(data.struct_token, message, note));
        }
        Data::Union(data) => {
            let message = format!("`{derive}` needs an enum, found union `{name}`");
            diagnostics.push(error_with_note(data.union_token, message, note));
        }
    }
    None
}

fn check_variant(variant: &Variant, derive: &str, diagnostics: &mut Diagnostics) {
    let name = &variant.ident;
    if !matches!(variant.fields, Fields::Unit) {
        let message = format!("variant `{name}` of a `{derive}` enum cannot have fields");
        diagnostics.error(&variant.fields, message, format!("write `{name}`"));
    }
    if let Some((_, value)) = &variant.discriminant {
        let message = format!("variant `{name}` of a `{derive}` enum cannot have a discriminant");
        diagnostics.error(
            value,
            message,
            format!("write `{name}`: its name is stored, not its number"),
        );
    }
}

/// The runtime's path, where a helper attribute of the enum says it.
pub(crate) fn crate_option(
    input: &DeriveInput,
    helper: &str,
    keys: &'static Keys,
    diagnostics: &mut Diagnostics,
) -> Path {
    let mut own: Option<Spanned<Path>> = None;
    for attribute in input
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident(helper))
    {
        let Some(tokens) = diagnostics.keep(arguments(attribute, keys)) else {
            continue;
        };
        read_entries(tokens, keys, diagnostics, |entry, diagnostics| {
            let path = crate_path::check(entry.value::<Path>("a path")?)?;
            fill(&mut own, Spanned::new(entry.key.clone(), path), diagnostics);
            Ok(())
        });
    }
    crate_path::runtime(own.as_ref().map(|own| &own.value))
}

/// Reports two variants that come out under one name.
pub(crate) fn check_distinct(names: &[(&Ident, String)], diagnostics: &mut Diagnostics) {
    for (index, (variant, name)) in names.iter().enumerate() {
        if let Some((first, _)) = names[..index].iter().find(|(_, first)| first == name) {
            let message = format!("variants `{first}` and `{variant}` are both named `{name}`");
            diagnostics.clash(variant, message, "rename one of them");
        }
    }
}
