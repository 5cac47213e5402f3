//! `routes!(publish, admin::purge)`: handlers with their documentation and their guards.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprPath, Path, Token};

use crate::assertions::{at, place};

use crate::crate_path;
use crate::diagnostics::{Diagnostics, error};
use crate::names::CRATE;
use crate::recover;

const EXAMPLE: &str = "write `routes!(publish, admin::purge)`";

/// What was written in the parentheses.
struct Routes {
    krate: Path,
    handlers: Vec<ExprPath>,
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let parsed = (|input: ParseStream<'_>| Routes::parse(input, &mut diagnostics)).parse2(input);
    let Some(routes) = diagnostics.keep(parsed) else {
        let krate = crate_path::runtime(None);
        return recover::expression(diagnostics, &quote!(#krate::app::Routes::new()));
    };
    routes.check(&mut diagnostics);
    let value = routes.expand();
    if diagnostics.has_errors() {
        return recover::expression(diagnostics, &value);
    }
    let errors = diagnostics.finish();
    quote!(#errors #value)
}

impl Routes {
    /// `crate = path,` may stand first; then come paths of functions.
    fn parse(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Self> {
        let mut own = None;
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            let key = input.call(Ident::parse_any)?;
            debug_assert_eq!(key, CRATE);
            input.parse::<Token![=]>()?;
            own = diagnostics.keep(crate_path::check(Path::parse_mod_style(input)?));
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        let mut handlers = Vec::new();
        while !input.is_empty() {
            let read = handler(input.parse()?);
            handlers.extend(diagnostics.keep(read));
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(Self {
            krate: crate_path::runtime(own.as_ref()),
            handlers,
        })
    }

    fn check(&self, diagnostics: &mut Diagnostics) {
        if self.handlers.is_empty() && !diagnostics.has_errors() {
            let message = format!("`routes!` needs at least one handler\nhelp: {EXAMPLE}");
            diagnostics.push(syn::Error::new(proc_macro2::Span::call_site(), message));
        }
        for (index, handler) in self.handlers.iter().enumerate() {
            if self.handlers[..index].contains(handler) {
                let name = handler.to_token_stream().to_string().replace(' ', "");
                diagnostics.clash(
                    handler,
                    format!("`{name}` is mounted twice"),
                    "keep one of them",
                );
            }
        }
    }

    fn expand(&self) -> TokenStream {
        let krate = &self.krate;
        let rt = quote!(#krate::__private);
        let handlers = self.handlers.iter().map(|handler| {
            let guarded = quote!(#rt::IsGuarded::guarded(#rt::IsHandler::mount(#handler)));
            let placed = at(place(handler), quote!(#rt::IsPlaced::placed(#guarded)));
            quote!(.handler(#placed))
        });
        quote!(#krate::app::Routes::new() #(#handlers)*)
    }
}

fn handler(expr: Expr) -> syn::Result<ExprPath> {
    match expr {
        Expr::Path(path) if path.qself.is_none() && path.attrs.is_empty() => Ok(path),
        other => Err(error(other, "`routes!` takes names of handlers", EXAMPLE)),
    }
}
