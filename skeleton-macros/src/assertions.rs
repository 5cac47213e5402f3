//! Bounds that only the compiler can check, asked for at the user's own tokens.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::resource::field::Field;
use crate::resource::shape::Base;

/// The field's type where the expansion computes with it, if its words leave open whether it is a column type.
///
/// It goes through the runtime's `Of`, each time at the place of the type: of all that follows from a wrong type the
/// compiler then tells one error, there.
pub(crate) fn checked_type(field: &Field, runtime: &TokenStream) -> Option<TokenStream> {
    if field.shape.base != Base::Other {
        return None;
    }
    let ty = &field.ty;
    let tokens: Vec<TokenTree> = ty.to_token_stream().into_iter().collect();
    let open = at(tokens.first()?.span(), quote!(#runtime::Of<));
    let close = at(tokens.last()?.span(), quote!(>));
    Some(quote!(#open #ty #close))
}

fn at(place: Span, tokens: TokenStream) -> TokenStream {
    let span = Span::call_site().located_at(place);
    let moved = tokens.into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    moved.collect()
}
