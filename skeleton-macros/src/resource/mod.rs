//! `#[resource]`: parse, settle, check, expand; and what remains after an error.

pub(crate) mod args;
mod checks;
mod derives;
mod expand;
pub(crate) mod field;
mod field_args;
mod garde;
mod model;
mod relations;
mod rules;
pub(crate) mod shape;
mod validate;
mod validate_field;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Fields, FieldsNamed, Item, ItemStruct, Meta};

use crate::attribute::is_named;
use crate::diagnostics::{Diagnostics, error, error_with_note};
use crate::names::{REQUIRES_ROLE_ATTRIBUTE, RESOURCE_ATTRIBUTE};
use crate::recover;
use crate::requires_role::args::{StructRules, read_rules};
use crate::requires_role::no_role;

use args::ResourceArgs;
use derives::Derives;
use model::Resource;

/// Expands the attribute on whatever it stands on.
pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let args = ResourceArgs::read(args, &mut diagnostics);
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) => on_struct(args, &item, diagnostics),
        Ok(other) => {
            diagnostics.push(wrong_item(&other));
            recover::with_errors(
                diagnostics,
                &recover::without_helpers(other).into_token_stream(),
            )
        }
        Err(error) => {
            diagnostics.push(error);
            recover::with_errors(diagnostics, item)
        }
    }
}

fn on_struct(args: ResourceArgs, item: &ItemStruct, mut diagnostics: Diagnostics) -> TokenStream {
    let rules = rules_of(&item.attrs, &mut diagnostics);
    check_item(item, &mut diagnostics);
    let Fields::Named(fields) = &item.fields else {
        diagnostics.push(wrong_fields(item));
        let rest = recover::without_helpers(Item::Struct(item.clone()));
        return recover::with_errors(diagnostics, &rest.into_token_stream());
    };
    check_fields(fields, &mut diagnostics);
    let resource = Resource::new(args, &rules, item, fields, &mut diagnostics);
    validate::check(&resource, &mut diagnostics);
    let derives = Derives::of(item);
    let has_errors = diagnostics.has_errors();
    let clean = expand::clean(item, &resource, &derives, has_errors);
    let beside = if has_errors {
        expand::stub(&resource, &derives, item)
    } else {
        expand::expand(&resource, &derives)
    };
    let expanded: TokenStream = [clean.into_token_stream(), beside].into_iter().collect();
    recover::with_errors(diagnostics, &expanded)
}

/// Reads the `#[requires_role]` below.
fn rules_of(attributes: &[Attribute], diagnostics: &mut Diagnostics) -> StructRules {
    let mut found = attributes
        .iter()
        .filter(|attribute| is_named(attribute, REQUIRES_ROLE_ATTRIBUTE));
    let Some(first) = found.next() else {
        return StructRules::default();
    };
    for second in found {
        let help = "write one, as `#[requires_role(read = Viewer, write = Member)]`";
        diagnostics.clash(second, "`#[requires_role]` stands twice", help);
    }
    match &first.meta {
        Meta::List(list) if !list.tokens.is_empty() => read_rules(list.tokens.clone(), diagnostics),
        _ => {
            diagnostics.push(no_role(Some(first)));
            StructRules::default()
        }
    }
}

fn check_item(item: &ItemStruct, diagnostics: &mut Diagnostics) {
    let name = &item.ident;
    if let Some(second) = item
        .attrs
        .iter()
        .find(|attribute| is_named(attribute, RESOURCE_ATTRIBUTE))
    {
        diagnostics.error(second, "`#[resource]` stands twice", "keep one of them");
    }
    if !item.generics.params.is_empty() {
        let help = format!("write `struct {name}`: a table has the same columns for every row");
        diagnostics.error(
            &item.generics,
            format!("resource `{name}` cannot have generics"),
            help,
        );
    }
}

/// Fields that are there only sometimes would make a table that is there only sometimes.
fn check_fields(fields: &FieldsNamed, diagnostics: &mut Diagnostics) {
    for field in &fields.named {
        for attribute in &field.attrs {
            if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
                let help = "leave it out: the table has the same columns in every build";
                diagnostics.error(
                    attribute,
                    "fields of a resource cannot depend on `cfg`",
                    help,
                );
            }
        }
    }
}

fn wrong_item(item: &Item) -> syn::Error {
    let (keyword, kind) = recover::keyword(item);
    let message = format!("`#[resource]` needs a struct with named fields, found {kind}");
    if let Item::Enum(_) = item {
        let derives = "#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]";
        let help = format!("write `{derives}` in place of `#[resource]`, to store it in a column");
        return error(keyword, message, help);
    }
    error_with_note(
        keyword,
        message,
        "a resource is a table: each field is a column",
    )
}

fn wrong_fields(item: &ItemStruct) -> syn::Error {
    let name = &item.ident;
    let (place, kind) = match &item.fields {
        Fields::Unnamed(fields) => (fields.to_token_stream(), "tuple struct"),
        _ => (name.to_token_stream(), "unit struct"),
    };
    let message = format!("`#[resource]` needs a struct with named fields, found {kind} `{name}`");
    error(
        place,
        message,
        format!("write `struct {name} {{ pub id: Uuid, … }}`"),
    )
}
