//! `#[derive(Role)]`: the roles of an application, lowest first.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{DeriveInput, Path, Token, Variant};

use crate::assertions::within;
use crate::attribute::{Entry, Spanned, arguments, fill, read_entries};
use crate::case::role_name;
use crate::diagnostics::{Diagnostics, error, nearest, quoted};
use crate::names::{DEFAULT, ROLE_ATTRIBUTE, ROLE_ENUM, ROLE_VARIANT};
use crate::recover;

use super::{check_distinct, crate_option, unit_variants};

/// A role includes others as bits of this many.
const MOST_ROLES: usize = 64;

/// What `#[role(…)]` says of one variant.
#[derive(Default)]
struct VariantArgs {
    default: Option<Spanned<()>>,
    includes: Option<Spanned<Vec<Ident>>>,
}

/// A set of roles; validated, or as good as can be after an error.
struct Roles {
    krate: Path,
    ident: Ident,
    names: Vec<String>,
    grants: Vec<u64>,
    default: usize,
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let expanded = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => Roles::new(&input, &mut diagnostics).map(|model| model.expand()),
        Err(error) => {
            diagnostics.push(error);
            None
        }
    };
    recover::with_errors(diagnostics, &expanded.unwrap_or_default())
}

impl Roles {
    fn new(input: &DeriveInput, diagnostics: &mut Diagnostics) -> Option<Self> {
        let krate = crate_option(input, ROLE_ATTRIBUTE, &ROLE_ENUM, diagnostics);
        let variants = unit_variants(input, "#[derive(Role)]", diagnostics)?;
        if let Some(first_too_many) = variants.get(MOST_ROLES) {
            let help = format!("leave {} out", variants.len() - MOST_ROLES);
            diagnostics.error(
                first_too_many,
                format!("`{}` has more than {MOST_ROLES} roles", input.ident),
                help,
            );
            return None;
        }
        let args: Vec<_> = variants
            .iter()
            .map(|variant| VariantArgs::read(variant, diagnostics))
            .collect();
        let idents: Vec<_> = variants.iter().map(|variant| &variant.ident).collect();
        let named: Vec<_> = idents
            .iter()
            .map(|ident| (*ident, role_name(&ident.unraw().to_string())))
            .collect();
        check_distinct(&named, diagnostics);
        let has_fields = variants.iter().any(|variant| !variant.fields.is_empty());
        (!has_fields && !variants.is_empty() && input.generics.params.is_empty()).then(|| Self {
            krate,
            ident: input.ident.clone(),
            names: named.into_iter().map(|(_, name)| name).collect(),
            grants: grants(&idents, &args, diagnostics),
            default: default_role(&args, diagnostics),
        })
    }

    fn expand(&self) -> TokenStream {
        let Self {
            krate,
            ident,
            names,
            default,
            ..
        } = self;
        let rt = quote!(#krate::__private);
        let copy = within(ident, &quote!(#rt::CopyOf), None);
        let type_name = ident.unraw().to_string();
        let grants = self
            .grants
            .iter()
            .map(|bits| Literal::u64_unsuffixed(*bits));
        let default = Literal::usize_unsuffixed(*default);
        quote! {
            const _: () = {
                // A static has one address, by which the runtime tells sets of roles apart; a constant may have many.
                static ROLES: #rt::Roles = #rt::Roles {
                    type_name: #type_name,
                    names: &[#(#names),*],
                    grants: &[#(#grants),*],
                    default: #default,
                };
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl #rt::RoleSet for #ident {
                    const ROLES: &'static #rt::Roles = &ROLES;
                    fn index(&self) -> ::core::primitive::usize {
                        #rt::copied::<#copy>(self) as ::core::primitive::usize
                    }
                }
            };
        }
    }
}

impl VariantArgs {
    fn read(variant: &Variant, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        for attribute in variant
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident(ROLE_ATTRIBUTE))
        {
            let Some(tokens) = diagnostics.keep(arguments(attribute, &ROLE_VARIANT)) else {
                continue;
            };
            read_entries(tokens, &ROLE_VARIANT, diagnostics, |entry, diagnostics| {
                args.key(entry, diagnostics)
            });
        }
        args
    }

    fn key(&mut self, entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        if entry.name() == DEFAULT {
            entry.flag()?;
            fill(
                &mut self.default,
                Spanned::new(entry.key.clone(), ()),
                diagnostics,
            );
            return Ok(());
        }
        let list = entry.list()?;
        let roles = Punctuated::<Ident, Token![,]>::parse_terminated.parse2(list.stream());
        match roles {
            Ok(roles) if !roles.is_empty() => {
                let roles = Spanned::new(entry.key.clone(), roles.into_iter().collect());
                fill(&mut self.includes, roles, diagnostics);
                Ok(())
            }
            _ => Err(error(
                list,
                "`includes` needs the names of roles",
                format!("write `{}`", entry.form()),
            )),
        }
    }
}

/// The marked role, else the lowest.
fn default_role(args: &[VariantArgs], diagnostics: &mut Diagnostics) -> usize {
    let marked: Vec<_> = args
        .iter()
        .enumerate()
        .filter_map(|(index, args)| Some((index, args.default.as_ref()?)))
        .collect();
    if let [_, (_, second), ..] = marked.as_slice() {
        let help = "keep it at the role of new accounts";
        diagnostics.clash(&second.key, "two roles are marked `default`", help);
    }
    marked.first().map_or(0, |(index, _)| *index)
}

/// For each role the bits of those it includes: in a ladder all below it, else itself and what it names.
fn grants(variants: &[&Ident], args: &[VariantArgs], diagnostics: &mut Diagnostics) -> Vec<u64> {
    if args.iter().all(|args| args.includes.is_none()) {
        return (0..variants.len())
            .map(|index| u64::MAX >> (MOST_ROLES - 1 - index))
            .collect();
    }
    let mut grants: Vec<u64> = (0..variants.len()).map(|index| 1 << index).collect();
    for (index, args) in args.iter().enumerate() {
        for role in args.includes.iter().flat_map(|includes| &includes.value) {
            if let Some(included) = included_role(role, index, grants[index], variants, diagnostics)
            {
                grants[index] |= 1 << included;
            }
        }
    }
    close(&mut grants);
    check_circles(variants, args, &grants, diagnostics);
    grants
}

fn included_role(
    role: &Ident,
    by: usize,
    so_far: u64,
    variants: &[&Ident],
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let Some(index) = variants.iter().position(|variant| *variant == role) else {
        let names: Vec<_> = variants.iter().map(ToString::to_string).collect();
        let known = quoted(&names);
        let help = match nearest(&role.to_string(), names.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `{meant}`? roles are {known}"),
            None => format!("roles are {known}"),
        };
        diagnostics.error(role, format!("unknown role `{role}` in `includes`"), help);
        return None;
    };
    if index == by {
        diagnostics.error(
            role,
            format!("`{role}` includes itself in any case"),
            "leave it out",
        );
    } else if so_far & (1 << index) != 0 {
        diagnostics.error(role, format!("`{role}` is included twice"), "leave one out");
    }
    Some(index)
}

/// What a role includes, it includes with all that is included there.
fn close(grants: &mut [u64]) {
    for _ in 0..grants.len() {
        for index in 0..grants.len() {
            let through = (0..grants.len()).filter(|other| grants[index] & (1 << other) != 0);
            grants[index] = through.fold(grants[index], |bits, other| bits | grants[other]);
        }
    }
}

fn check_circles(
    variants: &[&Ident],
    args: &[VariantArgs],
    grants: &[u64],
    diagnostics: &mut Diagnostics,
) {
    for (index, higher) in variants.iter().enumerate() {
        for (other, lower) in variants.iter().enumerate().take(index) {
            if grants[index] & (1 << other) == 0 || grants[other] & (1 << index) == 0 {
                continue;
            }
            let place = |at: usize| {
                args[at]
                    .includes
                    .as_ref()
                    .map_or(variants[at], |includes| &includes.key)
            };
            let message = format!("roles `{lower}` and `{higher}` include each other");
            diagnostics.clash(
                place(index),
                message,
                "leave one of them out of the other's `includes`",
            );
        }
    }
}
