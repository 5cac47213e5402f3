//! `migrations!("…")`: the SQL of both databases, embedded.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use crate::diagnostics::error;

/// A folder with one folder of migrations for each database.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let folder = match syn::parse2::<LitStr>(input) {
        Ok(folder) => folder,
        Err(fault) => {
            let message = "`migrations!` needs a folder\nhelp: write `migrations!(\"migrations\")`";
            return syn::Error::new(fault.span(), message).to_compile_error();
        }
    };
    let root = folder.value().trim_end_matches('/').to_owned();
    if let Some(error) = missing(&root, &folder) {
        return error.to_compile_error();
    }
    let of = |database: &str| LitStr::new(&format!("{root}/{database}"), folder.span());
    let (postgres, sqlite) = (of("postgres"), of("sqlite"));
    let snapshot = snapshot(&root);
    quote! {{
        use ::skeleton_runtime::__private::diesel_migrations::{self, EmbeddedMigrations};
        const POSTGRES: EmbeddedMigrations = diesel_migrations::embed_migrations!(#postgres);
        const SQLITE: EmbeddedMigrations = diesel_migrations::embed_migrations!(#sqlite);
        const FOLDER: ::core::option::Option<&str> = ::skeleton_runtime::__private::folder_of_sources!(#root);
        ::skeleton_runtime::db::Migrations::new(POSTGRES, SQLITE).from_folder(FOLDER, #snapshot)
    }}
}

/// What embedding would stumble over, in its own words and once for each database.
fn missing(root: &str, folder: &LitStr) -> Option<syn::Error> {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let mut databases = ["postgres", "sqlite"].into_iter();
    let lacks =
        databases.find(|database| !Path::new(&manifest).join(root).join(database).is_dir())?;
    Some(error(
        folder,
        format!("there is no folder `{root}/{lacks}` beside `Cargo.toml`"),
        format!(
            "`mkdir -p {root}/postgres {root}/sqlite` makes it, and `migrate generate` what is in it"
        ),
    ))
}

/// The text of `schema.json`. Each generated migration changes it, and with it the compiler sees that there is one.
fn snapshot(root: &str) -> TokenStream {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let file = format!("/{root}/schema.json");
    if !Path::new(&format!("{manifest}{file}")).exists() {
        return quote!(::core::option::Option::None);
    }
    quote! {
        ::core::option::Option::Some(::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #file)))
    }
}
