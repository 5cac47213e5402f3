//! `#[requires_role]`: on an `async fn` a guard, on a struct a part of `#[resource]`.

pub(crate) mod args;
pub(crate) mod expand;
pub(crate) mod model;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Item, ItemFn, ItemStruct};

use crate::attribute::is_named;
use crate::diagnostics::{Diagnostics, error, error_with_note};
use crate::names::{REQUIRES_ROLE_ATTRIBUTE, RESOURCE_ATTRIBUTE};
use crate::{crate_path, recover};

use args::RuleArgs;
use model::Rule;

/// Expands the attribute on whatever it stands on.
pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(function)) => on_function(args, &function),
        Ok(Item::Struct(item)) => on_struct(&args, item),
        Ok(other) => recover::item_with_error(item, &wrong_item(&other)),
        Err(error) => recover::item_with_error(item, &error),
    }
}

fn on_function(args: TokenStream, item: &ItemFn) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let krate = crate_path::runtime(None);
    if args.is_empty() {
        diagnostics.push(no_role(None));
    }
    let args = args::read_rule(args, &mut diagnostics);
    check_function(item, &mut diagnostics);
    let expanded = match handler_rule(&args, &mut diagnostics) {
        Some(rule) if !diagnostics.has_errors() => expand::function(item, &krate, &rule),
        _ => expand::stub(item, &krate),
    };
    recover::with_errors(diagnostics, &expanded)
}

fn check_function(item: &ItemFn, diagnostics: &mut Diagnostics) {
    let name = &item.sig.ident;
    if item.sig.asyncness.is_none() {
        let help = format!("write `async fn {name}`: the caller is checked before the body runs");
        let message = format!("`{name}` needs to be an `async fn`");
        diagnostics.error(item.sig.fn_token, message, help);
    }
    if let Some(receiver) = item.sig.receiver() {
        let help = "make it a free function; what it needs of `self` is `State(state): State<…>`";
        diagnostics.error(
            receiver,
            format!("`{name}` takes `self`, so it cannot be a handler"),
            help,
        );
    }
}

fn handler_rule(args: &RuleArgs, diagnostics: &mut Diagnostics) -> Option<Rule> {
    let rule = Rule::new(args, diagnostics);
    if let Some(owner) = rule.as_ref().and_then(Rule::owner) {
        let help =
            "load the row through `Repository`, whose statements obey the rules of the resource";
        diagnostics.error(
            &owner.written,
            "`owner` has no meaning on a handler, which has no row yet",
            help,
        );
    }
    rule
}

/// The complaint about `#[requires_role]` and `#[requires_role()]`, at the attribute: the macro's own if none is given.
pub(crate) fn no_role(attribute: Option<&Attribute>) -> syn::Error {
    let message = "`#[requires_role]` needs at least one role";
    let help =
        "write `#[requires_role(Admin)]`, or `#[requires_role(Admin | Editor)]` to accept either";
    match attribute {
        Some(attribute) => error(attribute, message, help),
        None => syn::Error::new(Span::call_site(), format!("{message}\nhelp: {help}")),
    }
}

/// Hands the rules on to `#[resource]` by standing below it.
fn on_struct(args: &TokenStream, mut item: ItemStruct) -> TokenStream {
    if !item
        .attrs
        .iter()
        .any(|attribute| is_named(attribute, RESOURCE_ATTRIBUTE))
    {
        let name = &item.ident;
        let help = format!("put `#[resource]` on `{name}` too, below or above `#[requires_role]`");
        let error = error(
            name,
            format!("`#[requires_role]` on `{name}` guards nothing: it is not a resource"),
            help,
        );
        return recover::item_with_error(&item.into_token_stream(), &error);
    }
    let krate = crate_path::runtime(None);
    let attribute = syn::Ident::new(REQUIRES_ROLE_ATTRIBUTE, Span::call_site());
    item.attrs
        .push(syn::parse_quote!(#[#krate::#attribute(#args)]));
    item.into_token_stream()
}

fn wrong_item(item: &Item) -> syn::Error {
    let (keyword, kind) = recover::keyword(item);
    let message =
        format!("`#[requires_role]` needs a resource struct or an `async fn`, found {kind}");
    error_with_note(
        keyword,
        message,
        "it guards the operations of a resource, or one handler",
    )
}
