//! Bounds that only the compiler can check, asked for at the user's own tokens.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};

use crate::resource::field::Field;
use crate::resource::shape::Open;

/// The field's type where the expansion computes with it, if its words leave open whether it is a column type.
///
/// It goes through the runtime's `Of`, each time at the place of the type: of all that follows from a wrong type the
/// compiler then tells one error, there.
pub(crate) fn checked_type(field: &Field, runtime: &TokenStream) -> Option<TokenStream> {
    let shape = &field.shape;
    let (of, ty) = match shape.open()? {
        Open::Column(ty) => ("Of", ty),
        Open::Document(ty) => ("JsonbOf", ty),
    };
    let option = if shape.nullable { "Option" } else { "" };
    let secret = if shape.secret { "Secret" } else { "" };
    let of = format_ident!("{option}{secret}{of}");
    Some(within(ty, &quote!(#runtime::#of), None))
}

/// `wrapper<first, ty>` with the place of `ty`, so that a bound that it misses is told there.
pub(crate) fn within(
    ty: &impl ToTokens,
    wrapper: &TokenStream,
    first: Option<&TokenStream>,
) -> TokenStream {
    let first = first.map(|first| quote!(#first,));
    at(place(ty), quote!(#wrapper<#first #ty>))
}

/// One place for all that is asked of a type: its last word.
pub(crate) fn place(ty: &impl ToTokens) -> Span {
    let tokens: Vec<TokenTree> = ty.to_token_stream().into_iter().collect();
    let mut words = tokens.iter().rev();
    let word = words.find(|token| matches!(token, TokenTree::Ident(_)));
    word.or(tokens.first())
        .map_or_else(Span::call_site, TokenTree::span)
}

/// The tokens with this place. It is the user's own, not one of the expansion: of that, each message would show where
/// the attribute stands.
pub(crate) fn at(place: Span, tokens: TokenStream) -> TokenStream {
    let moved = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), at(place, group.stream())).into();
        }
        token.set_span(place);
        token
    });
    moved.collect()
}
