//! `migrations!("…")`: the SQL of both databases, embedded.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

/// A folder with one folder of migrations for each database.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let folder = match syn::parse2::<LitStr>(input) {
        Ok(folder) => folder,
        Err(error) => {
            let message = "`migrations!` needs a folder\nhelp: write `migrations!(\"migrations\")`";
            return syn::Error::new(error.span(), message).to_compile_error();
        }
    };
    let of = |database: &str| {
        let path = format!("{}/{database}", folder.value().trim_end_matches('/'));
        LitStr::new(&path, folder.span())
    };
    let (postgres, sqlite) = (of("postgres"), of("sqlite"));
    quote! {{
        use ::skeleton_runtime::__private::diesel_migrations::{self, EmbeddedMigrations};
        const POSTGRES: EmbeddedMigrations = diesel_migrations::embed_migrations!(#postgres);
        const SQLITE: EmbeddedMigrations = diesel_migrations::embed_migrations!(#sqlite);
        ::skeleton_runtime::db::Migrations::new(POSTGRES, SQLITE)
    }}
}
