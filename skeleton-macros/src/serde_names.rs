//! serde's `rename` and `rename_all`, which the wire and the database honour.

use proc_macro2::Ident;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, LitStr, Token};

use crate::attribute::{Spanned, fill};
use crate::case::RenameRule;
use crate::diagnostics::{Diagnostics, error, nearest, quoted};
use crate::names::SERDE_ATTRIBUTE;

/// Where an attribute of serde's stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On a resource's struct.
    Struct,
    /// On a field of it.
    Field,
    /// On an enum, or a variant, with `#[derive(DbEnum)]`.
    DbEnum,
}

/// What serde's attributes say of names.
#[derive(Debug, Default)]
pub(crate) struct SerdeNames {
    pub(crate) rename: Option<Spanned<LitStr>>,
    pub(crate) rename_all: Option<Spanned<RenameRule>>,
    /// `#[serde(crate = …)]` is there.
    pub(crate) has_crate: bool,
}

/// Keys that would give answers another shape than the columns have.
const RESHAPING: [&str; 11] = [
    "flatten",
    "getter",
    "into",
    "remote",
    "serialize_with",
    "skip",
    "skip_serializing",
    "skip_serializing_if",
    "tag",
    "transparent",
    "with",
];

impl SerdeNames {
    pub(crate) fn read(
        attributes: &[Attribute],
        place: Place,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut names = Self::default();
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident(SERDE_ATTRIBUTE))
        {
            let result = attribute.parse_nested_meta(|meta| names.key(&meta, place, diagnostics));
            diagnostics.keep(result);
        }
        names
    }

    fn key(
        &mut self,
        meta: &ParseNestedMeta<'_>,
        place: Place,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        let key = meta.path.require_ident()?.clone();
        match key.to_string().as_str() {
            "rename" => {
                if let Some(name) = one_name(&key, meta)? {
                    fill(&mut self.rename, Spanned::new(key, name), diagnostics);
                }
            }
            "rename_all" => {
                if let Some(name) = one_name(&key, meta)?
                    && let Some(rule) = diagnostics.keep(rename_rule(&name))
                {
                    fill(&mut self.rename_all, Spanned::new(key, rule), diagnostics);
                }
            }
            "crate" => {
                self.has_crate = true;
                skip_value(meta)?;
            }
            name => {
                skip_value(meta)?;
                if let Some(error) = refused(&key, name, place) {
                    diagnostics.push(error);
                }
            }
        }
        Ok(())
    }
}

/// The name in `key = "…"`, or in `key(serialize = "…", deserialize = "…")` if it is the same both ways.
fn one_name(key: &Ident, meta: &ParseNestedMeta<'_>) -> syn::Result<Option<LitStr>> {
    if meta.input.peek(Token![=]) {
        return meta.value()?.parse().map(Some);
    }
    let mut ways: Vec<LitStr> = Vec::new();
    meta.parse_nested_meta(|way| {
        ways.push(way.value()?.parse()?);
        Ok(())
    })?;
    match ways.as_slice() {
        [to, from] if to.value() == from.value() => Ok(ways.pop()),
        _ => {
            let message = format!("serde's `{key}` needs one name for both directions");
            let help =
                format!("write `#[serde({key} = \"…\")]`: bodies and answers have the same fields");
            Err(error(key, message, help))
        }
    }
}

fn rename_rule(name: &LitStr) -> syn::Result<RenameRule> {
    let text = name.value();
    let known = RenameRule::ALL.map(|(known, _)| known);
    RenameRule::find(&text).ok_or_else(|| {
        let rules = quoted(known);
        let help = match nearest(&text, known) {
            Some(meant) => format!("did you mean `{meant}`? rules are {rules}"),
            None => format!("rules are {rules}"),
        };
        error(name, format!("unknown rule `{text}` in `rename_all`"), help)
    })
}

/// Passes over the value of a key that is serde's business alone.
fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        meta.input.parse::<proc_macro2::Group>()?;
    }
    Ok(())
}

fn refused(key: &Ident, name: &str, place: Place) -> Option<syn::Error> {
    if place == Place::DbEnum {
        let message = format!("serde's `{name}` is not understood by `#[derive(DbEnum)]`");
        return Some(error(
            key,
            message,
            "`rename` and `rename_all` are; leave the rest out",
        ));
    }
    if !RESHAPING.contains(&name) {
        return None;
    }
    let help = match (name, place) {
        ("skip" | "skip_serializing", Place::Field) => {
            "write `#[field(write_only)]` for a field that is in no answer, or make it a `Secret`"
        }
        _ => "answers are shaped by the columns; `rename` and `rename_all` are honoured",
    };
    Some(error(
        key,
        format!("serde's `{name}` cannot be used in a resource"),
        help,
    ))
}
