//! What stands in for the expansion after an error, so that the rest of the program finds what it looks for.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemStruct;

use crate::resource::derives::Derives;
use crate::resource::field::{Field, Kept};
use crate::resource::model::Resource;
use crate::resource::validate::MOST_COLUMNS;

use super::{payloads, queries, schemas};

/// The payload structs and implementations that are never run; nothing where the struct is generic.
pub(crate) fn stub(resource: &Resource, derives: &Derives, item: &ItemStruct) -> TokenStream {
    if !item.generics.params.is_empty() {
        return TokenStream::new();
    }
    let krate = &resource.krate;
    let payloads = payloads::stubs(resource);
    let schemas = schemas(resource, derives);
    let impls = impls(resource);
    let queries = has_sound_table(resource).then(|| {
        let (rows, table) = (queries::rows(resource, derives), queries::table(resource));
        quote! {
            const _: () = { use #krate::__private as __rt; #rows };
            #table
        }
    });
    quote! {
        #payloads
        const _: () = {
            use #krate::__private as __rt;
            #impls
            #schemas
        };
        #queries
    }
}

fn impls(resource: &Resource) -> TokenStream {
    let name = &resource.ident;
    let (new, changes) = payloads::names(resource);
    let id = resource
        .fields
        .iter()
        .find(|field| field.kept == Some(Kept::Id) && Kept::Id.fits(&field.shape));
    let id = id.map_or_else(
        || quote!(::core::primitive::i64),
        |field| {
            let ty = &field.ty;
            quote!(#ty)
        },
    );
    quote! {
        impl __rt::Resource for #name {
            type Id = #id;
            type New = #new;
            type Changes = #changes;
            fn meta() -> &'static __rt::Meta {
                ::core::unreachable!()
            }
        }
        impl __rt::FromRow for #name {
            fn from_row(_: &__rt::Row<'_>) -> __rt::diesel::deserialize::Result<Self> {
                ::core::unreachable!()
            }
        }
    }
}

/// Whether the table can be declared without a fault of its own.
fn has_sound_table(resource: &Resource) -> bool {
    let columns: std::collections::HashSet<_> =
        resource.fields.iter().map(|field| &field.column).collect();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_name = resource
        .table
        .starts_with(|first: char| first.is_ascii_alphabetic())
        && resource.table.chars().all(is_plain);
    is_name
        && !resource.fields.is_empty()
        && resource.fields.len() <= MOST_COLUMNS
        && columns.len() == resource.fields.len()
        && !resource.fields.iter().any(|field: &Field| field.is_unfit)
}
