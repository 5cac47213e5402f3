//! The syntax of `#[garde(…)]`, as far as endpoints check it; no meaning.

use proc_macro2::{Group, Ident, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Expr, LitStr};

use crate::attribute::{Entry, Spanned, arguments, fill, read_entries, set_twice};
use crate::diagnostics::{Diagnostics, error};
use crate::names::{EQUAL, GARDE, GARDE_ATTRIBUTE, Keys, LENGTH, MAX, MIN, RANGE};

/// One rule with the word that names it.
#[derive(Debug, Clone)]
pub(crate) struct GardeRule {
    pub(crate) key: Ident,
    pub(crate) kind: RuleKind,
}

#[derive(Debug, Clone)]
pub(crate) enum RuleKind {
    /// The unit is the word as written; none is garde's `simple`.
    Length(Option<Ident>, Bounds),
    Range(Bounds),
    Pattern(LitStr),
    /// `contains`, `prefix` and `suffix`: the key says which.
    Part(Expr),
    /// A rule without arguments: the key says which.
    Format,
    Custom(Expr),
    Skip,
}

/// `min`, `max`; `equal` is both.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    pub(crate) min: Option<Expr>,
    pub(crate) max: Option<Expr>,
}

/// Reads all `#[garde(…)]` of a field.
pub(crate) fn read(attributes: &[Attribute], diagnostics: &mut Diagnostics) -> Vec<GardeRule> {
    let mut rules: Vec<GardeRule> = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(GARDE_ATTRIBUTE))
    {
        let Some(tokens) = diagnostics.keep(arguments(attribute, &GARDE)) else {
            continue;
        };
        read_entries(tokens, &GARDE, diagnostics, |entry, diagnostics| {
            let kind = rule(entry, diagnostics)?;
            let may_repeat = matches!(
                kind,
                RuleKind::Custom(_) | RuleKind::Part(_) | RuleKind::Pattern(_)
            );
            match rules.iter().find(|first| first.key == entry.key) {
                Some(first) if !may_repeat => set_twice(&entry.key, &first.key, diagnostics),
                _ => rules.push(GardeRule {
                    key: entry.key.clone(),
                    kind,
                }),
            }
            Ok(())
        });
    }
    if let (Some(skip), true) = (
        rules
            .iter()
            .find(|rule| matches!(rule.kind, RuleKind::Skip)),
        rules.len() > 1,
    ) {
        diagnostics.error(
            &skip.key,
            "`skip` contradicts the other rules of the field",
            "leave `skip` out",
        );
    }
    rules
}

fn rule(entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<RuleKind> {
    Ok(match entry.name().as_str() {
        "length" => length(entry, diagnostics)?,
        "range" => RuleKind::Range(
            BoundsArgs::read(entry, &RANGE, diagnostics)?.finish(entry, diagnostics)?,
        ),
        "pattern" => RuleKind::Pattern(argument(entry, "a regular expression as a string")?),
        "contains" | "prefix" | "suffix" => RuleKind::Part(argument(entry, "a text")?),
        "custom" => RuleKind::Custom(argument(entry, "a function")?),
        "skip" => entry.flag().map(|()| RuleKind::Skip)?,
        _ => entry.flag().map(|()| RuleKind::Format)?,
    })
}

fn length(entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<RuleKind> {
    let args = BoundsArgs::read(entry, &LENGTH, diagnostics)?;
    let unit = args.unit.clone();
    Ok(RuleKind::Length(unit, args.finish(entry, diagnostics)?))
}

/// The one argument of `key(…)`.
fn argument<T: syn::parse::Parse>(entry: &Entry<'_>, needs: &str) -> syn::Result<T> {
    let list: Group = entry.list()?;
    syn::parse2(list.stream()).map_err(|_| {
        error(
            list,
            format!("`{}` needs {needs}", entry.key),
            format!("write `{}`", entry.form()),
        )
    })
}

/// Bounds while they are being read.
#[derive(Default)]
struct BoundsArgs {
    min: Option<Spanned<Expr>>,
    max: Option<Spanned<Expr>>,
    equal: Option<Spanned<Expr>>,
    unit: Option<Ident>,
    /// The list as written, to point at.
    list: TokenStream,
    /// Something in the list was not understood; that has been said.
    has_faults: bool,
}

impl BoundsArgs {
    fn read(
        entry: &Entry<'_>,
        keys: &'static Keys,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<Self> {
        let list = entry.list()?;
        let mut args = Self {
            list: list.to_token_stream(),
            ..Self::default()
        };
        let before = diagnostics.count();
        read_entries(list.stream(), keys, diagnostics, |bound, diagnostics| {
            args.key(bound, diagnostics)
        });
        args.has_faults = diagnostics.count() > before;
        Ok(args)
    }

    fn key(&mut self, bound: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        let slot = match bound.name().as_str() {
            MIN => &mut self.min,
            MAX => &mut self.max,
            EQUAL => &mut self.equal,
            _ => {
                bound.flag()?;
                match &self.unit {
                    Some(first) => {
                        let message =
                            format!("`{first}` and `{}` contradict each other", bound.key);
                        diagnostics.clash(&bound.key, message, "keep one of them");
                    }
                    None => self.unit = Some(bound.key.clone()),
                }
                return Ok(());
            }
        };
        fill(
            slot,
            Spanned::new(bound.key.clone(), bound.value("a number")?),
            diagnostics,
        );
        Ok(())
    }

    fn finish(self, entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Bounds> {
        if let Some(equal) = self.equal {
            for bound in [self.min, self.max].into_iter().flatten() {
                let message = format!("`equal` and `{}` contradict each other", bound.key);
                diagnostics.clash(&bound.key, message, "keep one of them");
            }
            return Ok(Bounds {
                min: Some(equal.value.clone()),
                max: Some(equal.value),
            });
        }
        let bounds = Bounds {
            min: self.min.map(|min| min.value),
            max: self.max.map(|max| max.value),
        };
        if bounds.min.is_none() && bounds.max.is_none() && !self.has_faults {
            let message = format!("`{}` needs `min`, `max` or `equal`", entry.key);
            return Err(error(
                self.list,
                message,
                format!("write `{}`", entry.form()),
            ));
        }
        Ok(bounds)
    }
}
