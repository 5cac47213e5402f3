//! Which derives the user wrote: one that is there is not added again.

use proc_macro2::Ident;
use quote::format_ident;
use syn::punctuated::Punctuated;
use syn::{ItemStruct, Path, Token};

/// The derives that stand on the struct, by their last words.
pub(crate) struct Derives(Vec<String>);

impl Derives {
    pub(crate) fn of(item: &ItemStruct) -> Self {
        let lists = item
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("derive"));
        let paths = lists.filter_map(|list| {
            list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
                .ok()
        });
        let words = paths
            .flatten()
            .filter_map(|path| Some(path.segments.last()?.ident.to_string()));
        Self(words.collect())
    }

    /// Those of the names that do not stand there.
    pub(crate) fn missing(&self, names: &[&str]) -> Vec<Ident> {
        let missing = names.iter().filter(|name| !self.has(name));
        missing.map(|name| format_ident!("{name}")).collect()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|known| known == name)
    }
}
