//! The user's struct as it goes back to the compiler.

use quote::{ToTokens, quote};
use syn::{Attribute, ItemStruct, LitStr, Path, parse_quote};

use crate::assertions::{checked_type, place};
use crate::attribute::is_named;
use crate::names::{
    FIELD_ATTRIBUTE, GARDE_ATTRIBUTE, REQUIRES_ROLE_ATTRIBUTE, RESOURCE_ATTRIBUTE, SERDE_ATTRIBUTE,
};

use super::DERIVED;
use crate::resource::derives::Derives;
use crate::resource::field::Field;
use crate::resource::field_args::Mark;
use crate::resource::model::Resource;
use crate::resource::shape::Base;

/// The struct without our attributes, and with the derives that it lacks.
///
/// After an error serde's go as well, where nothing of the user's reads them: they may be what is wrong.
pub(crate) fn clean(
    item: &ItemStruct,
    resource: &Resource,
    derives: &Derives,
    has_errors: bool,
) -> ItemStruct {
    let mut clean = item.clone();
    let keeps_garde = derives.has("Validate");
    let keeps_serde = !has_errors || derives.has("Serialize") || derives.has("Deserialize");
    let is_ours = |attribute: &Attribute| {
        let ours = [RESOURCE_ATTRIBUTE, REQUIRES_ROLE_ATTRIBUTE, FIELD_ATTRIBUTE];
        ours.iter().any(|name| is_named(attribute, name))
            || (attribute.path().is_ident(GARDE_ATTRIBUTE) && !keeps_garde)
            || (attribute.path().is_ident(SERDE_ATTRIBUTE) && !keeps_serde)
    };
    clean.attrs.retain(|attribute| !is_ours(attribute));
    for (written, field) in clean.fields.iter_mut().zip(&resource.fields) {
        written.attrs.retain(|attribute| !is_ours(attribute));
        written
            .attrs
            .extend(serde_attribute(field, &resource.krate, has_errors));
    }
    let has_crate = resource.names_serde_crate && keeps_serde;
    clean
        .attrs
        .splice(0..0, added(&resource.krate, derives, has_crate, has_errors));
    clean
}

/// `#[derive(…)]` for what is missing and the runtime does not derive, as it does nothing after an error; in front, so that
/// serde's attributes come after the derive that reads them.
fn added(krate: &Path, derives: &Derives, has_crate: bool, has_errors: bool) -> Vec<Attribute> {
    let mut added = Vec::new();
    let plain = derives.missing(&DERIVED).into_iter();
    let plain: Vec<Path> = plain
        .map(|name| parse_quote!(::core::prelude::v1::#name))
        .collect();
    if has_errors && !plain.is_empty() {
        added.push(parse_quote!(#[derive(#(#plain),*)]));
    }
    if derives.has("Serialize") {
        return added;
    }
    added.push(parse_quote!(#[derive(#krate::__private::serde::Serialize)]));
    if !has_crate {
        let serde = path_text(&parse_quote!(#krate::__private::serde));
        added.push(parse_quote!(#[serde(crate = #serde)]));
    }
    added
}

/// How a field leaves the struct: hidden ones not at all, bytes as base64; and one whose type is yet to be checked so
/// that a wrong one is told once.
fn serde_attribute(field: &Field, krate: &Path, has_errors: bool) -> Option<Attribute> {
    if field.shape.secret || field.has(Mark::WriteOnly) {
        return Some(parse_quote!(#[serde(skip_serializing)]));
    }
    if let Some(of) = checked_type(field, &quote!(#krate::__private)).filter(|_| !has_errors) {
        let path = quote!(#krate::__private::serialize::<#of, _>).to_string();
        let path = LitStr::new(&squeezed(&path), place(&field.shape.inner));
        return Some(parse_quote!(#[serde(serialize_with = #path)]));
    }
    let module = match (field.shape.base, field.shape.nullable) {
        (Base::Bytes, false) => quote!(base64_bytes),
        (Base::Bytes, true) => quote!(base64_bytes_option),
        _ => return None,
    };
    let module = path_text(&parse_quote!(#krate::__private::#module));
    Some(parse_quote!(#[serde(with = #module)]))
}

/// Without the blanks that tokens have between them, except where two words would become one.
fn squeezed(tokens: &str) -> String {
    let is_word = |letter: Option<char>| letter.is_some_and(|it| it.is_alphanumeric() || it == '_');
    let mut text = String::new();
    let mut letters = tokens.chars().peekable();
    while let Some(letter) = letters.next() {
        let parts_words = is_word(text.chars().last()) && is_word(letters.peek().copied());
        if letter != ' ' || parts_words {
            text.push(letter);
        }
    }
    text
}

/// A path as serde reads it from a string.
fn path_text(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}
