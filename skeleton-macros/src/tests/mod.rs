//! Expansions as snapshots, the input stored beside the output, and the budget that they keep.
//!
//! `cargo insta` accepts a changed snapshot; so does `INSTA_UPDATE=always cargo test -p skeleton-macros`.

mod budget;
mod derives;
mod diagnostics;
mod documentation;
mod fuzz;
mod requires_role;
mod resource;
mod routes;
mod test_kit;

use proc_macro2::TokenStream;

/// Which macro is expanded.
#[derive(Debug, Clone, Copy)]
enum Macro {
    Resource,
    RequiresRole,
    DbEnum,
    Role,
    Routes,
    Test,
    Conformance,
}

impl Macro {
    fn expand(self, arguments: TokenStream, item: TokenStream) -> TokenStream {
        match self {
            Self::Resource => crate::resource::expand(arguments, &item),
            Self::RequiresRole => crate::requires_role::expand(arguments, &item),
            Self::DbEnum => crate::derives::db_enum::expand(item),
            Self::Role => crate::derives::role::expand(item),
            Self::Routes => crate::routes::expand(item),
            Self::Test => crate::test_kit::test::expand(arguments, &item),
            Self::Conformance => crate::test_kit::conformance::expand(item),
        }
    }
}

/// Expands an item that has the macro's own attribute first, or none (derives, `routes!`).
fn expand(of: Macro, input: &str) -> TokenStream {
    let (arguments, item) = match of {
        Macro::Resource | Macro::RequiresRole | Macro::Test => taken_apart(input),
        _ => (
            TokenStream::new(),
            input.parse().expect("the input is Rust"),
        ),
    };
    of.expand(arguments, item)
}

/// `#[resource(path = "/x")] struct X {}` as the compiler hands it over.
fn taken_apart(input: &str) -> (TokenStream, TokenStream) {
    let file: syn::File = syn::parse_str(input).expect("the input is Rust");
    let mut item = file.items.into_iter().next().expect("the input is an item");
    let attributes = match &mut item {
        syn::Item::Struct(item) => &mut item.attrs,
        syn::Item::Enum(item) => &mut item.attrs,
        syn::Item::Union(item) => &mut item.attrs,
        syn::Item::Fn(item) => &mut item.attrs,
        _ => panic!("the input is a struct, an enum, a union or a function"),
    };
    let ours = ["resource", "requires_role", "test"];
    let place = attributes
        .iter()
        .position(|attribute| ours.iter().any(|name| attribute.path().is_ident(name)));
    let attribute = attributes.remove(place.expect("the input has the attribute"));
    let arguments = match attribute.meta {
        syn::Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    (arguments, quote::quote!(#item))
}

/// The expansion as rustfmt would have it, more or less.
fn formatted(tokens: &TokenStream) -> String {
    let file = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error} in {tokens}"));
    prettyplease::unparse(&file)
}

/// Compares an expansion with `snapshots/<name>.snap`, which stores the input too.
fn assert_expansion(name: &str, of: Macro, input: &str) {
    let mut output = expand(of, input);
    if let Macro::Routes = of {
        output = quote::quote!(const ROUTES: Routes = #output;);
    }
    assert_text(
        name,
        &format!("{}\n\n// ==>\n\n{}", input.trim(), formatted(&output)),
    );
}

fn assert_text(name: &str, text: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// The messages of an expansion's errors, in order.
fn messages(of: Macro, input: &str) -> Vec<String> {
    errors(expand(of, input))
}

/// The texts of each `compile_error!`, in order.
fn errors(expanded: TokenStream) -> Vec<String> {
    use proc_macro2::TokenTree;
    fn collect(tokens: TokenStream, found: &mut Vec<String>) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            let TokenTree::Group(group) = token else {
                continue;
            };
            let before = index
                .checked_sub(2)
                .map(|before| tokens[before].to_string());
            if before.as_deref() == Some("compile_error") {
                let text: syn::LitStr = syn::parse2(group.stream()).expect("an error has a text");
                found.push(text.value());
            } else {
                collect(group.stream(), found);
            }
        }
    }
    let mut found = Vec::new();
    collect(expanded, &mut found);
    found
}
