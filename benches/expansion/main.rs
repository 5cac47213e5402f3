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

/// That of bench-service.
const ARTICLE: &str = r"
    /// The article.
    pub id: Uuid,
    /// Headline.
    #[garde(length(chars, min = 1, max = 200))]
    #[field(filter, sort)]
    pub title: String,
    /// The text.
    pub body: String,
    /// Draft, published or archived.
    #[field(filter, sort, default)]
    pub status: Status,
    /// How often it was read.
    #[field(filter, sort, default)]
    pub views: i32,
    /// Who wrote it.
    #[field(filter, owner)]
    pub author_id: Uuid,
    /// When it was made.
    #[field(filter, sort)]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
";

/// An article with more notes, each as its headline is.
fn item(fields: usize) -> TokenStream {
    let mut text = format!("/// An article.\npub struct Article {{ {ARTICLE}");
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
