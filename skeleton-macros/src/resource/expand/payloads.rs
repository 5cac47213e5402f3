//! `New<Name>` and `<Name>Changes`: which fields, and how each is read.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use crate::assertions::{at, checked_type};
use crate::resource::field::Field;
use crate::resource::field_args::Mark;
use crate::resource::model::Resource;

/// `NewArticle` and `ArticleChanges`, at the place of the struct's name.
pub(super) fn names(resource: &Resource) -> (Ident, Ident) {
    let (name, span) = (resource.ident.unraw(), resource.ident.span());
    (
        format_ident!("New{name}", span = span),
        format_ident!("{name}Changes", span = span),
    )
}

/// Both structs with their implementations.
pub(super) fn payloads(resource: &Resource) -> TokenStream {
    let (krate, vis) = (&resource.krate, &resource.vis);
    let (new, changes) = names(resource);
    let resource_name = &resource.ident;
    let name = resource_name.unraw();
    let new_doc = format!(" The body of a create of [`{name}`].");
    let changes_doc = format!(" The body of an update of [`{name}`]: each field is kept or set.");
    let rt = quote!(#krate::__private);
    let read = in_new(resource).map(|(index, field)| entry(&rt, field, created(&rt, index, field)));
    let created_checks = checks(in_new(resource));
    let (kept, written): (Vec<_>, Vec<_>) =
        in_changes(resource).partition(|(_, field)| field.has(Mark::ReadOnly));
    let kept = kept
        .into_iter()
        .map(|(index, field)| entry(&rt, field, ("patch", quote_index(index))));
    let written = written
        .into_iter()
        .map(|(index, field)| entry(&rt, field, changed(&rt, index, field)));
    let changed_checks = checks(in_changes(resource));
    quote! {
        #krate::__private::new_payload! {
            #[doc = #new_doc] #vis #new for #resource_name { #(#read),* } check { #created_checks }
        }
        #krate::__private::changes_payload! {
            #[doc = #changes_doc] #vis #changes { #(#written),* } keep { #(#kept),* } check { #changed_checks }
        }
    }
}

/// Both structs with implementations that are never run.
pub(super) fn stubs(resource: &Resource) -> TokenStream {
    let (krate, vis) = (&resource.krate, &resource.vis);
    let (new, changes) = names(resource);
    let new_fields = in_new(resource).map(|(_, field)| {
        let Field { vis, ident, ty, .. } = field;
        quote!(#vis #ident: #ty)
    });
    let patches = in_changes(resource).map(|(_, field)| {
        let Field { vis, ident, ty, .. } = field;
        quote!(#vis #ident: #krate::__private::Patch<#ty>)
    });
    quote! {
        #krate::__private::stub_payload! { #vis #new { #(#new_fields),* } }
        #krate::__private::stub_payload! {
            #[derive(::core::default::Default)] #vis #changes { #(#patches),* }
        }
    }
}

fn in_new(resource: &Resource) -> impl Iterator<Item = (usize, &Field)> {
    resource
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.is_in_new())
}

fn in_changes(resource: &Resource) -> impl Iterator<Item = (usize, &Field)> {
    resource
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.is_in_changes())
}

/// How a field is read: the method of `Body`, and its arguments.
type Reading = (&'static str, TokenStream);

/// The field with its documentation, and how it is read.
fn entry(rt: &TokenStream, field: &Field, (method, arguments): Reading) -> TokenStream {
    let Field {
        vis,
        ident,
        ty,
        doc,
        ..
    } = field;
    let doc = if doc.is_empty() {
        format!("The `{}`.", ident.unraw())
    } else {
        doc.clone()
    };
    let lines = doc.lines().map(|line| format!(" {line}"));
    let method = format_ident!("{method}");
    let of = checked_type(field, rt).map(|of| quote!(::<#of>));
    let local = local(field);
    quote!(#(#[doc = #lines])* #vis #ident(#local): #ty = #method #of (#arguments))
}

/// What holds the field while it is read: a name of its own, since a function of the user's may be called as the field.
fn local(field: &Field) -> Ident {
    Ident::new(&format!("__{}", field.ident.unraw()), Span::mixed_site())
}

/// How `Body` reads the field of a create.
fn created(rt: &TokenStream, index: usize, field: &Field) -> Reading {
    let index = quote_index(index);
    let default = default(field, &field.ty, rt);
    if field.has(Mark::ReadOnly) {
        ("server_side", quote!(#index, #default))
    } else if field.shape.nullable || field.args.default.is_some() {
        ("or_else", quote!(#index, #default))
    } else {
        ("required", index)
    }
}

/// How `Body` reads the field of an update.
fn changed(rt: &TokenStream, index: usize, field: &Field) -> Reading {
    let index = quote_index(index);
    if field.args.default.is_none() {
        return ("patch", index);
    }
    let default = default(field, &field.ty, rt);
    ("patch_or_else", quote!(#index, #default))
}

fn quote_index(index: usize) -> TokenStream {
    Literal::usize_unsuffixed(index).into_token_stream()
}

/// A function that makes the default. That a type has none of its own is told at the key, or else at the field.
pub(super) fn default(field: &Field, ty: &impl ToTokens, rt: &TokenStream) -> TokenStream {
    let place = match &field.args.default {
        Some(default) => match &default.value {
            Some(value) => return quote!(|| #rt::Given::<#ty> { it: #value }.it),
            None => default.key.span(),
        },
        None if field.shape.nullable => return quote!(::core::default::Default::default),
        None => field.ident.span(),
    };
    let ty = &field.ty;
    let made = at(place, quote!(#rt::default_of::<#rt::DefaultOf<#ty>>()));
    // The closure is of the expansion, so that no lint looks at it.
    let span = Span::mixed_site().located_at(place);
    quote_spanned!(span=> || #made)
}

fn checks<'a>(fields: impl Iterator<Item = (usize, &'a Field)>) -> TokenStream {
    let calls = fields.map(|(index, field)| {
        let (name, local, index) = (&field.ident, local(field), quote_index(index));
        let named = (!field.checks.named.is_empty()).then(|| quote!(field(#index, #name, #local);));
        let custom = &field.checks.custom;
        quote!(#named #(custom(#index, #name, #local, #custom);)*)
    });
    calls.collect()
}
