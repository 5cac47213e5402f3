//! `has_many(…)` of `#[resource]`: its syntax, and how its names go with those of the fields.

use proc_macro2::{Group, Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Path, Token};

use crate::attribute::{Entry, upto_comma};
use crate::case::table_name;
use crate::diagnostics::{Diagnostics, error};

use super::field::Field;
use super::model::Resource;

/// How deep paths of `include` may go.
pub(crate) const DEPTHS: std::ops::RangeInclusive<u8> = 1..=4;

const VIA: &str = "via";
const THROUGH: &str = "through";

/// `tags: Tag through ArticleTag via article_id`
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub(crate) ident: Ident,
    pub(crate) target: Path,
    /// The resource that joins the two.
    pub(crate) through: Option<Path>,
    /// The field that refers to this resource: of the target, or of what joins the two.
    pub(crate) via: Option<Ident>,
}

impl Relation {
    /// As in `include=`.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }
}

/// Reads the list; a relation at fault is told and left out.
pub(super) fn read(entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Vec<Relation>> {
    let list = entry.list()?;
    if list.stream().is_empty() {
        return Err(no_relations(&list, entry));
    }
    let parser = |input: ParseStream<'_>| -> syn::Result<Vec<Relation>> {
        let mut relations = Vec::new();
        while !input.is_empty() {
            let result = relation(input);
            match diagnostics.keep(result) {
                Some(relation) => relations.push(relation),
                None => drop(upto_comma(input)),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(relations)
    };
    parser.parse2(list.stream())
}

fn no_relations(list: &Group, entry: &Entry<'_>) -> syn::Error {
    error(
        list,
        "`has_many` needs relations",
        format!("write `{}`", entry.form()),
    )
}

fn relation(input: ParseStream<'_>) -> syn::Result<Relation> {
    let ahead = input.fork();
    let named = || -> syn::Result<Ident> {
        let ident = input.call(Ident::parse_any)?;
        // `comments::Comment` has no name before it.
        if input.peek(Token![::]) {
            return Err(input.error("no name"));
        }
        input.parse::<Token![:]>()?;
        Ok(ident)
    };
    let Ok(ident) = named() else {
        return Err(no_name(&ahead));
    };
    let target = target(input, &ident)?;
    let (through, via) = words(input, &ident, &target)?;
    Ok(Relation {
        ident,
        target,
        through,
        via,
    })
}

/// `Comment`, or `comments`, where `comments: Comment` was meant.
fn no_name(ahead: ParseStream<'_>) -> syn::Error {
    let found = upto_comma(ahead);
    let example = syn::parse2::<Path>(found.clone())
        .ok()
        .and_then(|path| {
            let last = path.segments.last()?.ident.unraw().to_string();
            let is_type = last.starts_with(char::is_uppercase);
            Some(if is_type {
                format!("{}: {}", table_name(&last), shown(&path))
            } else {
                format!("{last}: Comment")
            })
        })
        .unwrap_or_else(|| "comments: Comment".to_owned());
    let found = if found.is_empty() {
        ahead.cursor().token_stream()
    } else {
        found
    };
    error(
        found,
        "a relation needs a name and a resource",
        format!("write `{example}`"),
    )
}

fn target(input: ParseStream<'_>, ident: &Ident) -> syn::Result<Path> {
    let ahead = input.fork();
    input.parse().map_err(|_| {
        let found = upto_comma(&ahead);
        let place = if found.is_empty() {
            ident.to_token_stream()
        } else {
            found
        };
        error(
            place,
            format!("relation `{ident}` needs a resource"),
            format!("write `{ident}: Comment`"),
        )
    })
}

/// `through ArticleTag`, `via parent_id`, both in this order, or nothing.
fn words(
    input: ParseStream<'_>,
    ident: &Ident,
    target: &Path,
) -> syn::Result<(Option<Path>, Option<Ident>)> {
    let mut through = None;
    let mut via = None;
    while !input.is_empty() && !input.peek(Token![,]) {
        let ahead = input.fork();
        let word = input.call(Ident::parse_any).map(|word| word.to_string());
        match word.as_deref() {
            Ok(THROUGH) if through.is_none() && via.is_none() => {
                through = Some(operand(input, &ahead, THROUGH, "a resource", "ArticleTag")?);
            }
            Ok(VIA) if via.is_none() => {
                via = Some(operand(input, &ahead, VIA, "a field", "parent_id")?);
            }
            _ => return Err(wrong_word(&upto_comma(&ahead), ident, target)),
        }
    }
    Ok((through, via))
}

fn wrong_word(found: &TokenStream, ident: &Ident, target: &Path) -> syn::Error {
    let target = shown(target);
    let message = format!("expected a comma after `{ident}: {target}`");
    let help = format!(
        "write `{ident}: {target} via parent_id`, or `{ident}: {target} through ArticleTag via article_id`"
    );
    error(found, message, help)
}

fn operand<T: syn::parse::Parse>(
    input: ParseStream<'_>,
    ahead: ParseStream<'_>,
    word: &str,
    needs: &str,
    example: &str,
) -> syn::Result<T> {
    input.parse().map_err(|_| {
        error(
            upto_comma(ahead),
            format!("`{word}` needs {needs}"),
            format!("write `{word} {example}`"),
        )
    })
}

/// The path as it is written, without the blanks of token streams.
fn shown(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

/// The relation that a foreign key gives: the field's name on the wire without `_id`.
fn of_key(field: &Field) -> Option<&str> {
    field.args.belongs_to.as_ref()?;
    let name = field.wire.strip_suffix("_id")?;
    (!name.is_empty() && !name.contains(['.', ','])).then_some(name)
}

/// Relations and fields stand side by side in a row, so no two share a name.
pub(super) fn names_are_distinct(resource: &Resource, diagnostics: &mut Diagnostics) {
    let mut seen: Vec<&Relation> = Vec::new();
    for relation in resource.relations() {
        let (ident, name) = (&relation.ident, relation.name());
        if seen.iter().any(|first| first.name() == name) {
            let message = format!("relation `{name}` stands twice in `has_many`");
            diagnostics.clash(ident, message, "rename one of them");
        }
        if resource.fields.iter().any(|field| field.wire == name) {
            let message = format!("a relation and a field are both named `{name}`");
            diagnostics.clash(ident, message, "rename one of them");
        }
        let keys = resource.fields.iter();
        if let Some(key) = keys
            .into_iter()
            .find(|field| of_key(field) == Some(name.as_str()))
        {
            let message = format!("two relations are named `{name}`");
            let help = format!(
                "rename the one in `has_many`: the field `{}` gives the other",
                key.ident
            );
            diagnostics.clash(ident, message, help);
        }
        seen.push(relation);
    }
    for key in &resource.fields {
        let Some(name) = of_key(key) else { continue };
        if let Some(field) = resource.fields.iter().find(|field| field.wire == name) {
            let message = format!("a relation and a field are both named `{name}`");
            let help = format!(
                "rename the field `{}`: `belongs_to` of `{}` gives the relation",
                field.ident, key.ident
            );
            diagnostics.clash(&field.wire_place, message, help);
        }
    }
}

/// `include_depth = 2`, where there is something to include.
pub(super) fn depth_is_sound(resource: &Resource, diagnostics: &mut Diagnostics) {
    let Some(depth) = &resource.args.include_depth else {
        return;
    };
    let value = depth.value.base10_parse::<u8>().ok();
    if !value.is_some_and(|value| DEPTHS.contains(&value)) {
        diagnostics.error(
            &depth.value,
            format!(
                "paths of `include` cannot be {} relations deep",
                depth.value
            ),
            "write a number from 1 to 4, as `include_depth = 2`",
        );
    }
    let has_relations =
        resource.args.has_many.is_some() || resource.fields.iter().any(|key| of_key(key).is_some());
    if !has_relations {
        diagnostics.error(
            &depth.key,
            format!("resource `{}` has nothing to include", resource.ident),
            "leave `include_depth` out, or write `has_many(…)` or `#[field(belongs_to = …)]`",
        );
    }
}
