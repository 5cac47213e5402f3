//! `conformance!(Article)`: the contract as tests of one resource.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Path, Token};

use crate::attribute::{Entry, read_entries};
use crate::case::words;
use crate::diagnostics::{Diagnostics, error, nearest, quoted};
use crate::names::{CONFORMANCE, OPERATION_NAMES, VALUES, WITHOUT};

use super::args::Args;

const EXAMPLE: &str = "write `conformance!(Article)`";

/// A function that holds the resource to one check on one database, and a module with a test for each of both.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let resource = (|input: ParseStream<'_>| resource(input)).parse2(input);
    let (resource, rest) = match resource {
        Ok(parsed) => parsed,
        Err(error) => {
            diagnostics.push(error);
            return diagnostics.finish();
        }
    };
    let mut args = Args::default();
    let (mut without, mut given) = (Vec::new(), Vec::new());
    read_entries(
        rest,
        &CONFORMANCE,
        &mut diagnostics,
        |entry, diagnostics| {
            match entry.name().as_str() {
                WITHOUT => without.extend(operations(entry.list()?.stream(), diagnostics)),
                VALUES => given.extend(values(entry)?),
                _ => args.read(entry, diagnostics)?,
            }
            Ok(())
        },
    );
    if diagnostics.has_errors() {
        return diagnostics.finish();
    }
    let errors = diagnostics.finish();
    let (krate, app, settings) = (args.krate(), args.app(), args.settings());
    let name = module(&resource);
    let (backend, check) = (local("backend"), local("check"));
    quote! {
        #errors
        #[cfg(test)]
        fn #name(#backend: #krate::db::AnyBackend, #check: #krate::test_util::Check) {
            let (without, values) = (&[#(#krate::resource::Operation::#without),*], ::std::vec![#(#given),*]);
            #krate::test_util::conform::<#resource>(#backend, #check, #app, #settings, without, values);
        }
        #[cfg(test)]
        mod #name {
            #krate::__private::each_check! { #name }
        }
    }
}

fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The resource, and what follows behind the comma.
fn resource(input: ParseStream<'_>) -> syn::Result<(Path, TokenStream)> {
    if input.is_empty() {
        let message = format!("`conformance!` needs a resource\nhelp: {EXAMPLE}");
        return Err(syn::Error::new(Span::call_site(), message));
    }
    let ahead = input.fork();
    let path: Path = input.parse().map_err(|_| {
        error(
            first(&ahead),
            "`conformance!` takes the name of a resource",
            EXAMPLE,
        )
    })?;
    if !input.is_empty() && !input.peek(Token![,]) {
        let message = "`conformance!` takes one resource, and keys behind a comma";
        return Err(error(first(input), message, EXAMPLE));
    }
    if input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
    }
    Ok((path, input.parse()?))
}

fn first(input: ParseStream<'_>) -> Option<TokenTree> {
    input.cursor().token_stream().into_iter().next()
}

/// What `values(…)` gives for fields, as pairs of a name and JSON.
fn values(entry: &Entry<'_>) -> syn::Result<Vec<TokenStream>> {
    let list = entry.list()?;
    let parser = Punctuated::<Value, Token![,]>::parse_terminated;
    match parser.parse2(list.stream()) {
        Ok(values) if !values.is_empty() => Ok(values.iter().map(Value::pair).collect()),
        _ => {
            let help = format!("write `{}`", entry.form());
            Err(error(list, "`values` needs fields with their values", help))
        }
    }
}

/// `code = "A-1"`
struct Value {
    field: Ident,
    value: Expr,
}

impl Parse for Value {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let field = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        let value = input.parse()?;
        Ok(Self { field, value })
    }
}

impl Value {
    fn pair(&self) -> TokenStream {
        let (field, value) = (self.field.unraw().to_string(), &self.value);
        quote!((#field, (#value).into()))
    }
}

/// The operations of `without(…)`.
fn operations(list: TokenStream, diagnostics: &mut Diagnostics) -> Vec<Ident> {
    let mut found = Vec::new();
    for token in list {
        let name = match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => continue,
            TokenTree::Ident(name) => name.unraw().to_string(),
            _ => token.to_string(),
        };
        match OPERATION_NAMES.iter().find(|known| **known == name) {
            Some(name) => {
                let (first, rest) = name.split_at(1);
                found.push(format_ident!("{}{rest}", first.to_uppercase()));
            }
            None => {
                let known = quoted(OPERATION_NAMES);
                let help = match nearest(&name, OPERATION_NAMES) {
                    Some(meant) => format!("did you mean `{meant}`? operations are {known}"),
                    None => format!("operations are {known}"),
                };
                diagnostics.error(&token, format!("unknown operation `{name}`"), help);
            }
        }
    }
    found
}

/// `Article` → `article_conformance`
fn module(resource: &Path) -> Ident {
    let last = resource.segments.last();
    let name = last.map(|last| last.ident.unraw().to_string());
    let words = words(&name.unwrap_or_default()).join("_");
    let span = last.map_or_else(Span::call_site, |last| last.ident.span());
    format_ident!("{words}_conformance", span = span)
}
