//! The static metadata: one chain of calls for each column, one for the whole.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Expr, LitStr};

use crate::assertions::{at, checked_type, place, within};
use crate::attribute::Spanned;
use crate::requires_role::expand::terms;
use crate::resource::args::Operation;
use crate::resource::checks::{Check, LengthUnit};
use crate::resource::field::{Field, Kept};
use crate::resource::field_args::{Mark, OnDelete};
use crate::resource::garde::Bounds;
use crate::resource::model::Resource;

use super::payloads;

pub(super) fn statics(resource: &Resource) -> TokenStream {
    let columns = resource.fields.iter().map(column);
    let name = resource.ident.unraw().to_string();
    let (table, path) = (&resource.table, &resource.path);
    let id = Literal::usize_unsuffixed(resource.id);
    let options = options(resource);
    let rules = resource.rules.iter().enumerate().map(|(index, (rule, _))| {
        let (name, terms) = (rule_ident(index), terms(&quote!(__rt), rule));
        quote!(const #name: &[__rt::Term] = &[#(#terms),*];)
    });
    quote! {
        #(#rules)*
        static __COLUMNS: &[__rt::Column] = &[#(#columns),*];
        static __META: __rt::Meta = __rt::Meta::new(#name, #table, #path, __COLUMNS, #id) #options;
    }
}

/// What differs from the defaults of `Meta::new`.
fn options(resource: &Resource) -> TokenStream {
    let doc = doc(&resource.doc);
    let operations = (resource.operations != Operation::ALL).then(|| {
        let operations = resource
            .operations
            .iter()
            .map(|operation| variant(*operation));
        quote!(.operations(&[#(__rt::Operation::#operations),*]))
    });
    let rules = resource
        .rules
        .iter()
        .enumerate()
        .flat_map(|(index, (_, operations))| {
            let name = rule_ident(index);
            operations.iter().map(move |operation| {
                let operation = variant(*operation);
                quote!(.rule(__rt::Operation::#operation, #name))
            })
        });
    let sort = (!resource.sort.is_empty()).then(|| {
        let keys = resource.sort.iter().map(|(index, descends)| {
            let index = Literal::usize_unsuffixed(*index);
            let direction = if *descends {
                quote!(Descending)
            } else {
                quote!(Ascending)
            };
            quote!((#index, __rt::Direction::#direction))
        });
        quote!(.sort(&[#(#keys),*]))
    });
    let is_sized = resource.args.page_default.is_some() || resource.args.page_max.is_some();
    let page = is_sized.then(|| {
        let (default, max) = resource.page;
        let (default, max) = (
            Literal::u32_unsuffixed(default),
            Literal::u32_unsuffixed(max),
        );
        quote!(.page(#default, #max))
    });
    let relations = relations(resource);
    let depth = resource.args.include_depth.as_ref().map(|depth| {
        let depth = Literal::u8_unsuffixed(depth.value.base10_parse().unwrap_or(1));
        quote!(.include_depth(#depth))
    });
    let soft_delete = resource
        .args
        .soft_delete
        .as_ref()
        .map(|_| quote!(.soft_delete()));
    let renamed_from = renamed_from(resource.args.renamed_from.as_ref());
    quote!(#doc #operations #(#rules)* #sort #page #relations #depth #soft_delete #renamed_from)
}

/// The name that it had before.
fn renamed_from(from: Option<&Spanned<LitStr>>) -> Option<TokenStream> {
    let from = &from?.value;
    Some(quote!(.renamed_from(#from)))
}

/// What `has_many` names; a foreign key says by itself what it belongs to.
fn relations(resource: &Resource) -> Option<TokenStream> {
    let relations = resource.relations().map(|relation| {
        let (name, target) = (relation.name(), &relation.target);
        let through = relation.through.as_ref().map(|join| {
            let join = resource_of(join);
            quote!(.through(__rt::related::<#join>()))
        });
        let via = relation.via.as_ref().map(|via| {
            let via = via.unraw().to_string();
            quote!(.via(#via))
        });
        let target = resource_of(target);
        quote!(__rt::Relation::many(#name, __rt::related::<#target>()) #through #via)
    });
    let relations: Vec<_> = relations.collect();
    (!relations.is_empty()).then(|| quote!(.relations(&[#(#relations),*])))
}

/// A type that needs to be a resource.
fn resource_of(ty: &impl quote::ToTokens) -> TokenStream {
    within(ty, &quote!(__rt::ResourceOf), None)
}

/// A rule that guards several operations stands once, and what is wrong in it is told once.
fn rule_ident(index: usize) -> Ident {
    format_ident!("__RULE_{index}")
}

pub(super) fn variant(operation: Operation) -> Ident {
    format_ident!("{operation:?}")
}

fn column(field: &Field) -> TokenStream {
    let (ty, wire) = (&field.ty, &field.wire);
    let of = checked_type(field, &quote!(__rt)).unwrap_or_else(|| quote!(#ty));
    let renamed = (field.column != field.wire).then(|| {
        let column = &field.column;
        quote!(.column(#column))
    });
    let former = renamed_from(field.args.renamed_from.as_ref());
    let doc = doc(&field.doc);
    let kept = field.kept.map(|kept: Kept| {
        let kept = format_ident!("{kept:?}");
        quote!(.kept(__rt::Kept::#kept))
    });
    let flags = flags(field);
    let read = role(field.args.read.as_ref(), "read_role");
    let write = role(field.args.write.as_ref(), "write_role");
    let reference = reference(field);
    let checks = checks(field);
    quote!(__rt::Column::of::<#of>(#wire) #renamed #former #doc #kept #flags #read #write #reference #checks)
}

/// A role of the field's own; `Role` is whatever has this name where the role stands.
fn role(role: Option<&Spanned<Ident>>, method: &str) -> Option<TokenStream> {
    let variant = &role?.value;
    let (method, role) = (
        format_ident!("{method}"),
        Ident::new("Role", variant.span()),
    );
    Some(quote!(.#method(__rt::role::<#role>(#role::#variant as usize))))
}

fn doc(text: &str) -> Option<TokenStream> {
    (!text.is_empty()).then(|| quote!(.doc(#text)))
}

fn flags(field: &Field) -> TokenStream {
    let marks = [
        (Mark::Filter, "filter"),
        (Mark::Sort, "sort"),
        (Mark::Search, "search"),
        (Mark::Unique, "unique"),
        (Mark::Index, "index"),
        (Mark::ReadOnly, "read_only"),
        (Mark::WriteOnly, "write_only"),
        (Mark::Immutable, "immutable"),
    ];
    let set = marks
        .into_iter()
        .filter(|(mark, _)| field.has(*mark))
        .map(|(_, name)| format_ident!("{name}"));
    let default = default(field);
    quote!(#(.#set())* #default)
}

/// The default, which a migration gives to the rows that are there.
fn default(field: &Field) -> Option<TokenStream> {
    field.args.default.as_ref()?;
    let of = checked_type(field, &quote!(__rt)).unwrap_or_else(|| field.ty.to_token_stream());
    let value = payloads::default(field, &of, &quote!(__rt));
    Some(quote!(.default(|| __rt::value(#value))))
}

/// The foreign key; `target` checks that the field has the type of the other's primary key.
fn reference(field: &Field) -> Option<TokenStream> {
    let parent = &field.args.belongs_to.as_ref()?.value;
    let key = &field.shape.inner;
    let key = at(place(parent), quote!(__rt::KeyOf<#parent, #key>));
    let parent = resource_of(parent);
    let on_delete = match field.on_delete() {
        OnDelete::Restrict => quote!(Restrict),
        OnDelete::Cascade => quote!(Cascade),
        OnDelete::SetNull => quote!(SetNull),
    };
    Some(quote!(.references(__rt::target::<#parent, #key>(), __rt::OnDelete::#on_delete)))
}

fn checks(field: &Field) -> Option<TokenStream> {
    let checks = field.checks.named.iter().map(check);
    (!field.checks.named.is_empty()).then(|| quote!(.checks(&[#(#checks),*])))
}

fn check(check: &Check) -> TokenStream {
    match check {
        Check::Length(unit, bounds) => {
            let unit = match unit {
                LengthUnit::Chars => quote!(Chars),
                LengthUnit::Bytes => quote!(Bytes),
                LengthUnit::Graphemes => quote!(Graphemes),
                LengthUnit::Utf16 => quote!(Utf16),
            };
            let (min, max) = (
                bound(bounds.min.as_ref(), None),
                bound(bounds.max.as_ref(), None),
            );
            quote!(__rt::length(__rt::LengthUnit::#unit, #min, #max))
        }
        Check::IntRange(bounds) => range(&quote!(int_range), bounds, &quote!(i64)),
        Check::FloatRange(bounds) => range(&quote!(float_range), bounds, &quote!(f64)),
        Check::Pattern(pattern) => quote!(__rt::Check::Pattern(#pattern)),
        Check::Part(variant, text) => {
            let variant = format_ident!("{variant}");
            quote!(__rt::Check::#variant(#text))
        }
        Check::Format(variant) => {
            let variant = format_ident!("{variant}");
            quote!(__rt::Check::#variant)
        }
    }
}

fn range(check: &TokenStream, bounds: &Bounds, number: &TokenStream) -> TokenStream {
    let min = bound(bounds.min.as_ref(), Some(number));
    let max = bound(bounds.max.as_ref(), Some(number));
    quote!(__rt::#check(#min, #max))
}

/// Plain numbers stand as they are; constants of the user's are of the field's type and are widened.
fn bound(bound: Option<&Expr>, number: Option<&TokenStream>) -> TokenStream {
    match (bound, number) {
        (None, _) => quote!(::core::option::Option::None),
        (Some(bound), Some(number)) if !is_literal(bound) => {
            quote!(::core::option::Option::Some((#bound) as ::core::primitive::#number))
        }
        (Some(bound), _) => quote!(::core::option::Option::Some(#bound)),
    }
}

fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => is_literal(&unary.expr),
        _ => false,
    }
}
