//! A guarded handler, and the terms of rules as constants.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{ItemFn, Path};

use crate::assertions::within;

use super::args::{Term, TermKind};
use super::model::Rule;

/// The name of the hidden type that carries a handler's rule.
fn guard_ident(handler: &Ident) -> Ident {
    beside("requires_role", handler)
}

/// The name of a hidden item beside a handler; that of `path` is utoipa's.
fn beside(what: &str, handler: &Ident) -> Ident {
    format_ident!("__{what}_{}", handler.unraw(), span = handler.span())
}

/// The function with its guard in front of the parameters, so that a refusal comes before the body is read.
pub(super) fn function(item: &ItemFn, krate: &Path, rule: &Rule) -> TokenStream {
    let guarded = with_guard(item, krate);
    let (handler, vis) = (&item.sig.ident, &item.vis);
    let guard = guard_ident(handler);
    let (path, none) = (beside("path", handler), beside("no_path", handler));
    let rt = quote!(#krate::__private);
    let terms = terms(&rt, rule);
    quote! {
        #guarded
        #rt::guard! { #vis #guard = [#(#terms),*], #path or #none }
    }
}

/// The function after an error: mountable as if there had been none, where it could be a handler at all.
pub(super) fn stub(item: &ItemFn, krate: &Path) -> TokenStream {
    if item.sig.receiver().is_some() {
        return item.to_token_stream();
    }
    let mut handler = item.clone();
    handler.sig.asyncness.get_or_insert_default();
    let nobody = Rule { terms: Vec::new() };
    function(&handler, krate, &nobody)
}

fn with_guard(item: &ItemFn, krate: &Path) -> ItemFn {
    let mut guarded = item.clone();
    let guard = guard_ident(&item.sig.ident);
    // A handler is async, whether it awaits or not.
    guarded
        .attrs
        .push(syn::parse_quote!(#[allow(clippy::unused_async)]));
    guarded
        .sig
        .inputs
        .insert(0, syn::parse_quote!(_: #krate::__private::Guard<#guard>));
    guarded
}

/// Each term as a constant; `Role` is whatever has this name where the role stands.
pub(crate) fn terms(rt: &TokenStream, rule: &Rule) -> Vec<TokenStream> {
    rule.terms.iter().map(|term| term_const(rt, term)).collect()
}

fn term_const(rt: &TokenStream, term: &Term) -> TokenStream {
    let of_role = |constructor: &str, variant: &Ident| {
        let constructor = format_ident!("{constructor}");
        let role = Ident::new("Role", variant.span());
        let roles = within(&role, &quote!(#rt::RolesOf), None);
        quote!(#rt::#constructor::<#roles>(#role::#variant as usize))
    };
    match &term.kind {
        TermKind::AtLeast(role) => of_role("at_least", role),
        TermKind::Exactly(role) => of_role("exactly", role),
        TermKind::Owner => quote!(#rt::Term::Owner),
        TermKind::Authenticated => quote!(#rt::Term::Authenticated),
        TermKind::Public => quote!(#rt::Term::Public),
    }
}
