//! What is left of an item after an error: itself, without our helper attributes, so that nothing else breaks.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Field, Item, ItemEnum, ItemStruct, ItemUnion, Variant};

use crate::attribute::is_named;
use crate::diagnostics::Diagnostics;
use crate::names::{FIELD_ATTRIBUTE, GARDE_ATTRIBUTE, REQUIRES_ROLE_ATTRIBUTE};

/// The errors, and beside them whatever keeps the rest of the program whole.
pub(crate) fn with_errors(diagnostics: Diagnostics, rest: &TokenStream) -> TokenStream {
    let errors = diagnostics.finish();
    quote!(#errors #rest)
}

/// One error and the item as it was.
pub(crate) fn item_with_error(item: &TokenStream, error: &syn::Error) -> TokenStream {
    let error = error.to_compile_error();
    quote!(#error #item)
}

/// The item without the attributes that only our macros know.
pub(crate) fn without_helpers(mut item: Item) -> Item {
    Helpers.visit_item_mut(&mut item);
    item
}

struct Helpers;

impl Helpers {
    fn strip(attributes: &mut Vec<Attribute>) {
        let ours = [REQUIRES_ROLE_ATTRIBUTE, FIELD_ATTRIBUTE, GARDE_ATTRIBUTE];
        attributes.retain(|attribute| !ours.iter().any(|name| is_named(attribute, name)));
    }
}

impl VisitMut for Helpers {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        Self::strip(&mut item.attrs);
        visit_mut::visit_item_struct_mut(self, item);
    }

    fn visit_item_enum_mut(&mut self, item: &mut ItemEnum) {
        Self::strip(&mut item.attrs);
        visit_mut::visit_item_enum_mut(self, item);
    }

    fn visit_item_union_mut(&mut self, item: &mut ItemUnion) {
        Self::strip(&mut item.attrs);
        visit_mut::visit_item_union_mut(self, item);
    }

    fn visit_variant_mut(&mut self, variant: &mut Variant) {
        Self::strip(&mut variant.attrs);
        visit_mut::visit_variant_mut(self, variant);
    }

    fn visit_field_mut(&mut self, field: &mut Field) {
        Self::strip(&mut field.attrs);
    }
}

/// An expression of the type that was expected, after the errors.
pub(crate) fn expression(diagnostics: Diagnostics, value: &TokenStream) -> TokenStream {
    let errors = diagnostics.finish();
    quote!({ #errors #value })
}

/// Runs a macro; a panic in it becomes an error that says what to do.
pub(crate) fn guarded(
    name: &str,
    item: &TokenStream,
    expand: impl FnOnce() -> TokenStream + std::panic::UnwindSafe,
) -> TokenStream {
    std::panic::catch_unwind(expand).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        let message = format!("{name} panicked: {text}\nhelp: this is a bug in skeleton-macros; report it with the item");
        item_with_error(item, &syn::Error::new(proc_macro2::Span::call_site(), message))
    })
}

/// The word to point at in an item of the wrong kind, and the kind as a reader names it.
pub(crate) fn keyword(item: &Item) -> (TokenStream, String) {
    let (keyword, kind, name) = match item {
        Item::Enum(item) => (item.enum_token.to_token_stream(), "enum", Some(&item.ident)),
        Item::Union(item) => (
            item.union_token.to_token_stream(),
            "union",
            Some(&item.ident),
        ),
        Item::Fn(item) => (
            item.sig.fn_token.to_token_stream(),
            "function",
            Some(&item.sig.ident),
        ),
        Item::Struct(item) => (
            item.struct_token.to_token_stream(),
            "struct",
            Some(&item.ident),
        ),
        Item::Trait(item) => (
            item.trait_token.to_token_stream(),
            "trait",
            Some(&item.ident),
        ),
        Item::Mod(item) => (
            item.mod_token.to_token_stream(),
            "module",
            Some(&item.ident),
        ),
        Item::Type(item) => (
            item.type_token.to_token_stream(),
            "type alias",
            Some(&item.ident),
        ),
        Item::Impl(item) => (item.impl_token.to_token_stream(), "an `impl` block", None),
        other => (first_token(other), "something else", None),
    };
    let kind = name.map_or_else(|| kind.to_owned(), |name| format!("{kind} `{name}`"));
    (keyword, kind)
}

fn first_token(item: &Item) -> TokenStream {
    item.to_token_stream().into_iter().take(1).collect()
}
