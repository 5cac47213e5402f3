//! From a validated resource to tokens. What happens at run time stands in the runtime; here is only *which*.

mod item;
mod meta;
mod payloads;
mod queries;
mod stub;

use proc_macro2::TokenStream;
use quote::quote;

use crate::assertions::{at, checked_type, place, within};

use super::derives::Derives;
use super::model::Resource;

/// The traits that `row!` of the runtime knows.
const DERIVED: [&str; 3] = ["Clone", "Debug", "PartialEq"];

pub(crate) use item::clean;
pub(crate) use stub::stub;

/// All that stands beside the struct.
pub(crate) fn expand(resource: &Resource, derives: &Derives) -> TokenStream {
    let krate = &resource.krate;
    let payloads = payloads::payloads(resource);
    let statics = meta::statics(resource);
    let resource_impl = resource_impl(resource);
    let schemas = schemas(resource, derives);
    let rows = queries::rows(resource, derives);
    let row = row(resource, derives);
    let table = queries::table(resource);
    quote! {
        #payloads
        const _: () = {
            use #krate::__private as __rt;
            #statics
            #row
            #resource_impl
            #schemas
            #rows
        };
        #table
    }
}

fn resource_impl(resource: &Resource) -> TokenStream {
    let name = &resource.ident;
    let id = &resource.fields[resource.id].ty;
    let (new, changes) = payloads::names(resource);
    let (hooks, overrides) = (hooks(resource), overrides(resource));
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __rt::Resource for #name {
            type Id = #id;
            type New = #new;
            type Changes = #changes;
            fn meta() -> &'static __rt::Meta {
                &__META
            }
            #hooks
            #overrides
        }
    }
}

/// The struct as a row, with what the runtime derives: of a type that lacks it, it tells one error.
fn row(resource: &Resource, derives: &Derives) -> TokenStream {
    let (name, missing) = (&resource.ident, derives.missing(&DERIVED));
    let fields = resource.fields.iter().enumerate().map(|(index, field)| {
        let (ident, index) = (&field.ident, syn::Index::from(index));
        let of = checked_type(field, &quote!(__rt)).map(|of| quote!(as #of));
        quote!(#ident: #index #of)
    });
    quote!(__rt::row! { #name [#(#missing)*] { #(#fields),* } })
}

/// The service layer; a type that has none for this resource is told at its name.
fn hooks(resource: &Resource) -> Option<TokenStream> {
    let (name, hooks) = (&resource.ident, &resource.args.hooks.as_ref()?.value);
    let hooks = within(hooks, &quote!(__rt::HooksOf), Some(&quote!(#name)));
    Some(quote! {
        fn hooks() -> ::core::option::Option<&'static dyn __rt::AnyHooks> {
            __rt::hooks::<#name, #hooks>()
        }
    })
}

/// The handlers that stand in for generated ones.
fn overrides(resource: &Resource) -> Option<TokenStream> {
    let overrides = &resource.args.overrides;
    let calls = overrides.iter().map(|(operation, handler)| {
        let operation = meta::variant(*operation);
        let mount = at(place(handler), quote!(__rt::IsHandler::mount));
        quote!(.on(__rt::Operation::#operation, #mount(#handler)))
    });
    (!overrides.is_empty()).then(|| {
        quote! {
            fn overrides() -> __rt::Overrides {
                __rt::Overrides::new() #(#calls)*
            }
        }
    })
}

/// The schemas of the struct and its payloads, which the runtime makes of the metadata.
fn schemas(resource: &Resource, derives: &Derives) -> TokenStream {
    let name = &resource.ident;
    let (new, changes) = payloads::names(resource);
    let own = (!derives.has("ToSchema")).then(|| quote!(#name: resource_schema,));
    quote! {
        __rt::schemas! { #name { #own #new: new_schema, #changes: changes_schema } }
    }
}
