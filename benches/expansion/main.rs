//! What an expansion of `#[resource]` takes, outside of the compiler.
//!
//! Nothing but the compiler can link a crate of macros, so its sources are compiled into this program.

#![expect(dead_code, reason = "the other macros are left out")]
#![cfg_attr(
    test,
    expect(
        unused_imports,
        reason = "without a harness there are no tests in modules of tests"
    )
)]

#[path = "../../skeleton-macros/src/assertions.rs"]
mod assertions;
#[path = "../../skeleton-macros/src/attribute.rs"]
mod attribute;
#[path = "../../skeleton-macros/src/case.rs"]
mod case;
#[path = "../../skeleton-macros/src/crate_path.rs"]
mod crate_path;
#[path = "../../skeleton-macros/src/diagnostics.rs"]
mod diagnostics;
#[path = "../../skeleton-macros/src/names.rs"]
mod names;
#[path = "../../skeleton-macros/src/recover.rs"]
mod recover;
#[path = "../../skeleton-macros/src/requires_role/mod.rs"]
mod requires_role;
#[path = "../../skeleton-macros/src/resource/mod.rs"]
mod resource;
#[path = "../../skeleton-macros/src/serde_names.rs"]
mod serde_names;

use std::fmt::Write as _;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use proc_macro2::TokenStream;

const SERVICE: &str = include_str!("../../bench-service/src/article.rs");

/// The article of bench-service with more notes, each as its headline is.
fn item(fields: usize) -> TokenStream {
    let declared = SERVICE.split_once("struct Article {");
    let (_, declared) = declared.expect("bench-service has the struct");
    let (fields_of_its_own, _) = declared.split_once("\n}").expect("it ends");
    let mut text = format!("/// An article.\npub struct Article {{{fields_of_its_own}");
    for number in 8..fields {
        let _ = write!(
            text,
            "/// A note.
            #[garde(length(chars, min = 1, max = 200))]
            #[field(filter, sort)]
            pub note_{number}: String,"
        );
    }
    text.push('}');
    text.parse().expect("the item is Rust")
}

fn resource(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("resource");
    for fields in [8, 30] {
        let item = item(fields);
        let expanded = resource::expand(TokenStream::new(), &item).to_string();
        assert!(!expanded.contains("compile_error"), "{expanded}");
        group.bench_function(format!("{fields} fields"), |bencher| {
            bencher.iter_batched(
                TokenStream::new,
                |arguments| resource::expand(arguments, &item),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group!(expansion, resource);
criterion_main!(expansion);
