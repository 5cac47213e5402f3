//! What Diesel needs for queries of the user's own.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use crate::assertions::checked_type;
use crate::resource::derives::Derives;
use crate::resource::field::Field;
use crate::resource::model::Resource;
use crate::resource::shape::Base;

/// Names that Diesel's own items have beside the columns; such a column gets a `_`, as from Diesel's command line.
const TAKEN: [&str; 5] = ["all_columns", "column", "columns", "dsl", "table"];

/// The module of the table, next to the struct.
pub(super) fn table(resource: &Resource) -> Option<TokenStream> {
    if !resource.has_diesel {
        return None;
    }
    let (krate, vis) = (&resource.krate, &resource.vis);
    let (module, name) = (module(resource), &resource.table);
    let id = column(resource.fields.get(resource.id)?);
    let columns = resource.fields.iter().map(|field| {
        let (column, name, sql) = (column(field), &field.column, sql_type(field));
        quote!(#column(#name) -> #sql)
    });
    Some(quote! {
        #krate::__private::table! { #vis #module(#name) [#id] { #(#columns),* } }
    })
}

/// `Queryable` and `Selectable`, unless the user derives them.
pub(super) fn rows(resource: &Resource, derives: &Derives) -> Option<TokenStream> {
    if !resource.has_diesel {
        return None;
    }
    let (name, module) = (&resource.ident, module(resource));
    let queryable = (!derives.has("Queryable")).then(|| {
        let fields = resource.fields.iter().enumerate().map(|(index, field)| {
            let Field { ident, ty, .. } = field;
            let index = syn::Index::from(index);
            let form = form(field);
            quote!(#ident: #ty = #index #form)
        });
        quote!(__rt::queryable! { #name from #module { #(#fields),* } })
    });
    let selectable = (!derives.has("Selectable")).then(|| {
        let columns = resource.fields.iter().map(column);
        quote!(__rt::selectable! { #name from #module { #(#columns),* } })
    });
    Some(quote!(#queryable #selectable))
}

/// By what Diesel reads a type that is yet to be checked, and the type.
fn form(field: &Field) -> Option<TokenStream> {
    let of = checked_type(field, &quote!(__rt))?;
    let form = match (field.shape.base, field.shape.nullable) {
        (Base::Json, false) => quote!(document),
        (Base::Json, true) => quote!(nullable_document),
        (_, false) => quote!(text),
        (_, true) => quote!(nullable),
    };
    Some(quote!(as #form #of))
}

/// The module's name is the table's; one that is a keyword is written raw.
fn module(resource: &Resource) -> Ident {
    let (name, span) = (&resource.table, resource.ident.span());
    if syn::parse_str::<Ident>(name).is_ok() {
        Ident::new(name, span)
    } else {
        Ident::new_raw(name, span)
    }
}

fn column(field: &Field) -> Ident {
    let name = field.ident.unraw().to_string();
    if TAKEN.contains(&name.as_str()) {
        format_ident!("{name}_", span = field.ident.span())
    } else {
        field.ident.clone()
    }
}

/// Diesel's type of a column, by the words of the field's type.
fn sql_type(field: &Field) -> TokenStream {
    let sql = match field.shape.base {
        Base::Bool => quote!(Bool),
        Base::I16 => quote!(SmallInt),
        Base::I32 => quote!(Integer),
        Base::I64 => quote!(BigInt),
        Base::F32 => quote!(Float),
        Base::F64 => quote!(Double),
        Base::Text | Base::Other => quote!(Text),
        Base::Uuid => quote!(Uuid),
        Base::Timestamp => quote!(Timestamptz),
        Base::Date => quote!(Date),
        Base::Time => quote!(Time),
        Base::Decimal => quote!(Numeric),
        Base::Json => quote!(Jsonb),
        Base::Bytes => quote!(Binary),
        Base::TextArray => quote!(Array<Text>),
    };
    if field.shape.nullable {
        quote!(Nullable<#sql>)
    } else {
        sql
    }
}
