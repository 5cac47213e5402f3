//! Expansions stay thin: lines of the formatted expansion, without the user's own item.

use super::derives::{DB_ENUM, LADDER};
use super::requires_role::HANDLER;
use super::resource::{EVERY_KEY, PLAIN};
use super::test_kit::{SUITE, TEST};
use super::{Macro, expand, formatted, messages};

/// The lines that the macro adds to the user's item, which comes first in the expansion of an attribute.
fn lines(of: Macro, input: &str) -> usize {
    let file: syn::File = syn::parse2(expand(of, input)).expect("the expansion is Rust");
    let own = usize::from(matches!(of, Macro::Resource | Macro::RequiresRole));
    let added = file
        .items
        .iter()
        .skip(own)
        .map(|item| formatted(&quote::quote!(#item)).lines().count());
    added.sum()
}

/// Functions that the macro adds, each with its lines.
fn functions(of: Macro, input: &str) -> Vec<(String, usize)> {
    struct Found(Vec<(String, usize)>);
    impl syn::visit_mut::VisitMut for Found {
        fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
            let name = function.sig.ident.to_string();
            let block = syn::ItemFn {
                attrs: Vec::new(),
                vis: function.vis.clone(),
                modifiers: syn::FnModifiers::default(),
                sig: syn::parse_quote!(fn body()),
                block: Box::new(function.block.clone()),
            };
            self.0
                .push((name, formatted(&quote::quote!(#block)).lines().count()));
        }
    }
    let mut file: syn::File = syn::parse2(expand(of, input)).expect("the expansion is Rust");
    let mut found = Found(Vec::new());
    syn::visit_mut::VisitMut::visit_file_mut(&mut found, &mut file);
    found.0
}

#[track_caller]
fn assert_within(of: Macro, input: &str, budget: usize) {
    assert_eq!(messages(of, input), Vec::<String>::new());
    let lines = lines(of, input);
    assert!(
        lines <= budget,
        "{lines} lines, {} over the budget of {budget}",
        lines.saturating_sub(budget)
    );
}

/// 70 lines, 5 for each field and each relation, 8 for each operation; no function over 8 lines.
#[test]
fn resources() {
    assert_within(Macro::Resource, PLAIN, 70 + 5 * 4 + 8 * 6);
    assert_within(Macro::Resource, EVERY_KEY, 70 + 5 * (16 + 3) + 8 * 6);
    for (name, lines) in functions(Macro::Resource, EVERY_KEY) {
        assert!(lines <= 8, "`{name}` has {lines} lines");
    }
}

/// 16 lines, 1 for each role.
#[test]
fn handlers() {
    assert_within(Macro::RequiresRole, HANDLER, 16 + 2);
}

/// 20 lines, 2 for each variant.
#[test]
fn enums() {
    assert_within(Macro::DbEnum, DB_ENUM, 20 + 2 * 3);
    assert_within(Macro::Role, LADDER, 20 + 2 * 3);
}

/// 17 lines, and those of the function itself; the suite of a resource has 22.
#[test]
fn tests() {
    assert_within(Macro::Test, TEST, 17 + 3);
    assert_within(Macro::Conformance, SUITE, 22);
}
