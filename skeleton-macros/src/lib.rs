//! The macros of `skeleton-runtime`, which re-exports them: depend on that crate, not on this one.
//!
//! Each macro goes the same way, a module for each step: `args` reads what was written, `model` settles what it means,
//! `validate` holds it to the rules, `expand` makes tokens. Every fault of an item is told in one run, and the item is
//! still there afterwards, so that one mistake is one error.

mod assertions;
mod attribute;
mod case;
mod crate_path;
mod derives;
mod diagnostics;
mod migrations;
mod names;
mod recover;
mod requires_role;
mod resource;
mod routes;
mod serde_names;
mod test_kit;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

#[doc = include_str!("docs/resource.md")]
#[proc_macro_attribute]
pub fn resource(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (arguments, item) = (arguments.into(), item.into());
    recover::guarded("`#[resource]`", &item, || {
        resource::expand(arguments, &item)
    })
    .into()
}

#[doc = include_str!("docs/requires_role.md")]
#[proc_macro_attribute]
pub fn requires_role(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (arguments, item) = (arguments.into(), item.into());
    recover::guarded("`#[requires_role]`", &item, || {
        requires_role::expand(arguments, &item)
    })
    .into()
}

#[doc = include_str!("docs/db_enum.md")]
#[proc_macro_derive(DbEnum, attributes(serde, db_enum))]
pub fn derive_db_enum(input: TokenStream) -> TokenStream {
    let input = proc_macro2::TokenStream::from(input);
    recover::guarded(
        "`#[derive(DbEnum)]`",
        &proc_macro2::TokenStream::new(),
        || derives::db_enum::expand(input),
    )
    .into()
}

#[doc = include_str!("docs/role.md")]
#[proc_macro_derive(Role, attributes(role))]
pub fn derive_role(input: TokenStream) -> TokenStream {
    let input = proc_macro2::TokenStream::from(input);
    recover::guarded(
        "`#[derive(Role)]`",
        &proc_macro2::TokenStream::new(),
        || derives::role::expand(input),
    )
    .into()
}

#[doc = include_str!("docs/routes.md")]
#[proc_macro]
pub fn routes(input: TokenStream) -> TokenStream {
    let input = proc_macro2::TokenStream::from(input);
    recover::guarded("`routes!`", &proc_macro2::TokenStream::new(), || {
        routes::expand(input)
    })
    .into()
}

#[doc = include_str!("docs/migrations.md")]
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    let input = proc_macro2::TokenStream::from(input);
    recover::guarded("`migrations!`", &proc_macro2::TokenStream::new(), || {
        migrations::expand(input)
    })
    .into()
}

#[doc = include_str!("docs/test.md")]
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (arguments, item) = (arguments.into(), item.into());
    recover::guarded("`#[skeleton_runtime::test]`", &item, || {
        test_kit::test::expand(arguments, &item)
    })
    .into()
}

#[doc = include_str!("docs/conformance.md")]
#[proc_macro]
pub fn conformance(input: TokenStream) -> TokenStream {
    let input = proc_macro2::TokenStream::from(input);
    recover::guarded("`conformance!`", &proc_macro2::TokenStream::new(), || {
        test_kit::conformance::expand(input)
    })
    .into()
}
