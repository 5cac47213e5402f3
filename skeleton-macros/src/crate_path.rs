//! Where the expansion finds the runtime.

use quote::ToTokens;
use syn::{Path, parse_quote};

use crate::diagnostics::error;

/// The runtime's path: what `crate = …` says, else `::skeleton_runtime`.
pub(crate) fn runtime(own: Option<&Path>) -> Path {
    own.cloned()
        .unwrap_or_else(|| parse_quote!(::skeleton_runtime))
}

/// Refuses paths that mean something else in each module.
pub(crate) fn check(path: Path) -> syn::Result<Path> {
    let first = path
        .segments
        .first()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default();
    if path.leading_colon.is_some() || first == "crate" || first == "$crate" {
        return Ok(path);
    }
    let written = path.to_token_stream().to_string().replace(' ', "");
    let help = match first.as_str() {
        "self" | "super" => "write the path from the root, as `crate = crate::runtime`".to_owned(),
        _ => format!(
            "write `crate = ::{written}`, or `crate = crate::{written}` for a module of this crate"
        ),
    };
    Err(error(
        &path,
        format!("path `{written}` of the runtime is relative"),
        help,
    ))
}
