//! `#[test]` on an `async fn` of a `TestApp`: a test for each database.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, FnArg, Item, ItemFn, Type};

use crate::attribute::{is_named, read_entries};
use crate::diagnostics::{Diagnostics, error, error_with_note};
use crate::names::{TEST, TEST_APP};
use crate::recover;

use super::args::Args;

/// Expands the attribute on whatever it stands on.
pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let function = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(function)) => function,
        Ok(other) => return recover::item_with_error(item, &wrong_item(&other)),
        Err(error) => return recover::item_with_error(item, &error),
    };
    let mut diagnostics = Diagnostics::new();
    let mut args = Args::default();
    read_entries(arguments, &TEST, &mut diagnostics, |entry, diagnostics| {
        args.read(entry, diagnostics)
    });
    check(&function, &mut diagnostics);
    if diagnostics.has_errors() {
        let rest = stub(&function);
        return recover::with_errors(diagnostics, &rest);
    }
    let expanded = tests(&function, &args);
    recover::with_errors(diagnostics, &expanded)
}

fn check(function: &ItemFn, diagnostics: &mut Diagnostics) {
    let (signature, name) = (&function.sig, &function.sig.ident);
    let form = format!("write `async fn {name}(app: TestApp)`");
    if signature.asyncness.is_none() {
        let message = format!("`{name}` needs to be an `async fn`");
        diagnostics.error(signature.fn_token, message, &form);
    }
    if !signature.generics.params.is_empty() {
        let message = format!("`{name}` has type parameters, which no test runner knows");
        diagnostics.error(&signature.generics, message, &form);
    }
    let mut parameters = signature.inputs.iter();
    match parameters.next() {
        None => {
            let message = format!("`{name}` lacks the application that it tests");
            diagnostics.error(name, message, &form);
        }
        Some(FnArg::Typed(parameter)) if is_test_app(&parameter.ty) => {}
        Some(FnArg::Typed(parameter)) => {
            let message = format!("`{name}` needs a `TestApp`, by value");
            diagnostics.error(&parameter.ty, message, &form);
        }
        Some(receiver) => {
            let message = format!("`{name}` takes `self`, so it cannot be a test");
            diagnostics.error(receiver, message, &form);
        }
    }
    if let Some(second) = parameters.next() {
        let message = format!("`{name}` needs one parameter, the application");
        diagnostics.error(second, message, &form);
    }
    for attribute in &function.attrs {
        if attribute.path().is_ident("should_panic") {
            let help = "expect the panic within it: `tokio::spawn(…).await.unwrap_err()`";
            let message = "`should_panic` would fail where a database is not to be had";
            diagnostics.error(attribute, message, help);
        } else if is_named(attribute, "test") {
            let help = "keep `#[skeleton_runtime::test]`, which brings its own runtime";
            diagnostics.error(attribute, "two attributes make it a test", help);
        }
    }
}

fn is_test_app(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == TEST_APP)
}

/// A function that runs the test on a database, and beside it a module of its name with a test for each.
///
/// The user's function is within the other, so that the path of the application means what it means where it stands.
fn tests(function: &ItemFn, args: &Args) -> TokenStream {
    let (krate, app, settings) = (args.krate(), args.app(), args.settings());
    let name = &function.sig.ident;
    let backend = Ident::new("backend", Span::mixed_site());
    let mut own = function.clone();
    let cfgs: Vec<_> = own.attrs.extract_if(.., |it| is_cfg(it)).collect();
    let ignored: Vec<_> = own
        .attrs
        .extract_if(.., |it| it.path().is_ident("ignore"))
        .collect();
    own.vis = syn::Visibility::Inherited;
    quote! {
        #[cfg(test)]
        #(#cfgs)*
        fn #name(#backend: #krate::db::AnyBackend) {
            #[allow(clippy::unused_async)]
            #own
            #krate::test_util::run(#backend, #app, #settings, #name);
        }
        #[cfg(test)]
        #(#cfgs)*
        mod #name {
            #krate::__private::each_database! { #(#ignored)* super::#name }
        }
    }
}

fn is_cfg(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
}

/// The function after an error, for whoever calls it.
fn stub(function: &ItemFn) -> TokenStream {
    let mut function = function.clone();
    let is_test = |it: &mut Attribute| is_named(it, "test") || it.path().is_ident("should_panic");
    function.attrs.extract_if(.., is_test).for_each(drop);
    quote!(#[allow(dead_code, unused_imports)] #function)
}

fn wrong_item(item: &Item) -> syn::Error {
    let (keyword, kind) = recover::keyword(item);
    if let Item::Verbatim(_) = item {
        let help = "write `async fn name(app: TestApp) { … }`";
        return error(
            item.to_token_stream(),
            "a test needs an `async fn` with a body",
            help,
        );
    }
    let message = format!("`#[skeleton_runtime::test]` needs an `async fn`, found {kind}");
    error_with_note(keyword, message, "it runs the function on each database")
}
