//! garde's rules, held against the field's type.

use proc_macro2::Ident;
use syn::{Expr, ExprLit, ExprUnary, Lit, LitFloat, LitStr, UnOp};

use crate::diagnostics::Diagnostics;

use super::garde::{Bounds, GardeRule, RuleKind};
use super::shape::{Base, Shape};

/// A rule that fits its field.
#[derive(Debug, Clone)]
pub(crate) enum Check {
    Length(LengthUnit, Bounds),
    IntRange(Bounds),
    FloatRange(Bounds),
    Pattern(LitStr),
    /// The variant of the runtime's `Check` that takes a text.
    Part(&'static str, Expr),
    /// The variant of the runtime's `Check` that takes nothing.
    Format(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LengthUnit {
    Chars,
    Bytes,
    Graphemes,
    Utf16,
}

/// All rules of a field: those that have a name, and functions of the user's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checks {
    pub(crate) named: Vec<Check>,
    pub(crate) custom: Vec<Expr>,
}

impl Checks {
    pub(crate) fn new(rules: &[GardeRule], shape: &Shape, diagnostics: &mut Diagnostics) -> Self {
        let mut checks = Self::default();
        for rule in rules {
            match &rule.kind {
                RuleKind::Skip => {}
                RuleKind::Custom(function) => checks.custom.push(function.clone()),
                _ => checks.named.extend(check(rule, shape, diagnostics)),
            }
        }
        checks
    }
}

fn check(rule: &GardeRule, shape: &Shape, diagnostics: &mut Diagnostics) -> Option<Check> {
    let key = &rule.key;
    let is_text = shape.base == Base::Text;
    match &rule.kind {
        RuleKind::Length(unit, bounds) => {
            let unit = length_unit(key, unit.as_ref(), shape, diagnostics)?;
            check_order(key, bounds, diagnostics);
            Some(Check::Length(unit, bounds.clone()))
        }
        RuleKind::Range(bounds) => {
            check_order(key, bounds, diagnostics);
            range(key, bounds, shape, diagnostics)
        }
        _ if !is_text => {
            diagnostics.error(
                key,
                format!("`{key}` needs a field with text"),
                "leave it out, or make it a `String`",
            );
            None
        }
        RuleKind::Pattern(pattern) => Some(Check::Pattern(pattern.clone())),
        RuleKind::Part(text) => Some(Check::Part(variant(key), text.clone())),
        _ => Some(Check::Format(variant(key))),
    }
}

/// The runtime's name of a rule.
fn variant(key: &Ident) -> &'static str {
    match key.to_string().as_str() {
        "contains" => "Contains",
        "prefix" => "Prefix",
        "suffix" => "Suffix",
        "ascii" => "Ascii",
        "alphanumeric" => "Alphanumeric",
        "email" => "Email",
        "url" => "Url",
        "ip" => "Ip",
        "ipv4" => "Ipv4",
        _ => "Ipv6",
    }
}

/// What is counted. garde's `simple` counts the bytes of a text and the items of a list.
fn length_unit(
    key: &Ident,
    unit: Option<&Ident>,
    shape: &Shape,
    diagnostics: &mut Diagnostics,
) -> Option<LengthUnit> {
    let name = unit.map_or_else(|| "simple".to_owned(), ToString::to_string);
    match (shape.base, name.as_str()) {
        (Base::Text | Base::Bytes, "simple" | "bytes") => Some(LengthUnit::Bytes),
        (Base::TextArray, "simple") | (Base::Text, "chars") => Some(LengthUnit::Chars),
        (Base::Text, "graphemes") => Some(LengthUnit::Graphemes),
        (Base::Text, "utf16") => Some(LengthUnit::Utf16),
        (Base::Bytes | Base::TextArray, _) => {
            let help = "leave it out: the length of a list is the number of its items";
            diagnostics.error(
                unit,
                format!("`{name}` counts letters, and the field is a list"),
                help,
            );
            None
        }
        _ => {
            let help = "leave it out, or write `range(min = …, max = …)` for numbers";
            diagnostics.error(key, "`length` needs a field with text or a list", help);
            None
        }
    }
}

fn range(
    key: &Ident,
    bounds: &Bounds,
    shape: &Shape,
    diagnostics: &mut Diagnostics,
) -> Option<Check> {
    match shape.base {
        Base::I16 | Base::I32 | Base::I64 => Some(Check::IntRange(bounds.clone())),
        Base::F32 | Base::F64 | Base::Decimal => {
            let as_float = |bound: &Option<Expr>| bound.as_ref().map(float);
            Some(Check::FloatRange(Bounds {
                min: as_float(&bounds.min),
                max: as_float(&bounds.max),
            }))
        }
        _ => {
            let help = "leave it out, or write `length(min = …, max = …)` for text and lists";
            diagnostics.error(key, "`range` needs a field with a number", help);
            None
        }
    }
}

/// `0` as `0.0`, so that whole numbers may bound decimals.
fn float(bound: &Expr) -> Expr {
    match bound {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            attrs,
        }) if number.suffix().is_empty() => {
            let lit = Lit::Float(LitFloat::new(
                &format!("{}.0", number.base10_digits()),
                number.span(),
            ));
            Expr::Lit(ExprLit {
                attrs: attrs.clone(),
                lit,
            })
        }
        Expr::Unary(
            minus @ ExprUnary {
                op: UnOp::Neg(_), ..
            },
        ) => {
            let expr = Box::new(float(&minus.expr));
            Expr::Unary(ExprUnary {
                expr,
                ..minus.clone()
            })
        }
        other => other.clone(),
    }
}

/// Reports bounds that let nothing through, as far as they are plain numbers.
fn check_order(key: &Ident, bounds: &Bounds, diagnostics: &mut Diagnostics) {
    let (Some(min), Some(max)) = (&bounds.min, &bounds.max) else {
        return;
    };
    if let (Some(least), Some(most)) = (number(min), number(max))
        && least > most
    {
        let message = format!("`min` of `{key}` is greater than its `max`");
        diagnostics.clash(max, message, "let `min` be at most `max`");
    }
}

fn number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => number.base10_digits().parse().ok(),
        Expr::Lit(ExprLit {
            lit: Lit::Float(number),
            ..
        }) => number.base10_digits().parse().ok(),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => number(expr).map(|number| -number),
        _ => None,
    }
}
