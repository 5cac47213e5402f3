//! What both macros are told: the application, and its settings.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{LitStr, Path, Token, parse_quote};

use crate::attribute::{Entry, Spanned, fill};
use crate::crate_path;
use crate::diagnostics::{Diagnostics, error};
use crate::names::{APP, CRATE, SET};

/// The keys that both macros have.
#[derive(Default)]
pub(super) struct Args {
    app: Option<Spanned<Path>>,
    settings: Vec<(LitStr, LitStr)>,
    krate: Option<Spanned<Path>>,
}

impl Args {
    /// Reads the value of a key, if it is one of these.
    pub(super) fn read(
        &mut self,
        entry: &Entry<'_>,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        let key = entry.key.clone();
        match entry.name().as_str() {
            APP => {
                let app = entry.value("the path of a function")?;
                fill(&mut self.app, Spanned::new(key, app), diagnostics);
            }
            SET => self.read_settings(entry, diagnostics)?,
            CRATE => {
                let path = crate_path::check(entry.value("a path")?)?;
                fill(&mut self.krate, Spanned::new(key, path), diagnostics);
            }
            _ => {}
        }
        Ok(())
    }

    fn read_settings(
        &mut self,
        entry: &Entry<'_>,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        let list = entry.list()?;
        let before = self.settings.len();
        let read = |input: ParseStream<'_>| {
            while !input.is_empty() {
                let name: LitStr = input.parse()?;
                input.parse::<Token![=]>()?;
                self.settings.push((name, input.parse()?));
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        let read = read.parse2(list.stream());
        if read.is_err() || self.settings.len() == before {
            let help = format!("write `{}`", entry.form());
            return Err(error(
                list,
                "`set` needs names and values of settings",
                help,
            ));
        }
        for (at, (name, _)) in self.settings.iter().enumerate() {
            let mut earlier = self.settings[..at].iter();
            if earlier.any(|(first, _)| first.value() == name.value()) {
                let message = format!("`{}` is set twice", name.value());
                diagnostics.clash(name, message, "keep one of them");
            }
        }
        Ok(())
    }

    /// The path of the runtime.
    pub(super) fn krate(&self) -> Path {
        crate_path::runtime(self.krate.as_ref().map(|path| &path.value))
    }

    /// The function that makes the application: `app` in scope, unless another is named.
    pub(super) fn app(&self) -> Path {
        let own = self.app.as_ref().map(|app| app.value.clone());
        own.unwrap_or_else(|| parse_quote!(app))
    }

    /// The settings, as a slice of pairs.
    pub(super) fn settings(&self) -> TokenStream {
        let pairs = self
            .settings
            .iter()
            .map(|(name, value)| quote!((#name, #value)));
        quote!(&[#(#pairs),*])
    }
}
