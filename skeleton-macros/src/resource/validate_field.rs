//! Rules about the keys of one field: what fits its type, and what fits together.

use proc_macro2::Ident;
use quote::ToTokens;

use crate::diagnostics::Diagnostics;
use crate::names::DEFAULT;

use super::field::{Field, Kept};
use super::field_args::{Mark, OnDelete};
use super::garde::RuleKind;
use super::shape::Base;

/// Holds one field against every rule.
pub(super) fn check(field: &Field, diagnostics: &mut Diagnostics) {
    kept_type_fits(field, diagnostics);
    kept_is_kept(field, diagnostics);
    kept_once(field, diagnostics);
    marks_agree(field, diagnostics);
    secret_is_hidden(field, diagnostics);
    hidden_is_not_probed(field, diagnostics);
    own_roles_have_an_effect(field, diagnostics);
    marks_fit_the_type(field, diagnostics);
    default_is_needed(field, diagnostics);
    on_delete_fits(field, diagnostics);
    rules_have_effect(field, diagnostics);
}

/// `#[field(created_at)] made: String`: a marked field, or an `id`, needs the type that the runtime keeps there.
fn kept_type_fits(field: &Field, diagnostics: &mut Diagnostics) {
    let Some(kept) = field.kept else { return };
    if field.is_unfit || kept.fits(&field.shape) {
        return;
    }
    let what = if kept == Kept::Id {
        "primary key".to_owned()
    } else {
        format!("`{}` field", kept.name())
    };
    let message = format!("{what} `{}` needs to be {}", field.ident, kept.type_name());
    let typed = format!("write `{}: {}`", field.ident, kept.example());
    let help = match kept {
        Kept::Id => typed,
        _ => format!("{typed}, or leave `{}` out", kept.name()),
    };
    diagnostics.error(&field.ty, message, help);
}

/// `#[field(owner, read_only)]`: what the runtime keeps is in no body, and in every answer.
fn kept_is_kept(field: &Field, diagnostics: &mut Diagnostics) {
    let Some(kept) = field.kept else { return };
    let name = &field.ident;
    for key in marked(field, &[Mark::ReadOnly, Mark::Immutable]) {
        diagnostics.error(
            key,
            format!("`{key}` is redundant: `{name}` is kept by the runtime"),
            format!("leave `{key}` out"),
        );
    }
    for key in marked(field, &[Mark::WriteOnly]) {
        diagnostics.error(
            key,
            format!("`{name}` cannot be `{key}`: it is kept by the runtime"),
            format!("leave `{key}` out"),
        );
    }
    if let Some(default) = &field.args.default {
        let help = "leave `default` out";
        diagnostics.error(
            &default.key,
            format!("`{name}` takes no `default`: it is kept by the runtime"),
            help,
        );
    }
    if kept == Kept::Id {
        for key in marked(field, &[Mark::Unique, Mark::Index]) {
            let help = format!("leave `{key}` out");
            diagnostics.error(
                key,
                format!("`{key}` is redundant: a primary key has it in any case"),
                help,
            );
        }
        if let Some(parent) = &field.args.belongs_to {
            let help = "use a field of its own for the relation";
            diagnostics.error(
                &parent.key,
                format!("primary key `{name}` cannot belong to another resource"),
                help,
            );
        }
    }
}

/// `#[field(owner, created_at)]`: one field, one meaning.
fn kept_once(field: &Field, diagnostics: &mut Diagnostics) {
    let keys: Vec<_> = Kept::ALL
        .iter()
        .filter_map(|(_, mark, _)| field.args.mark(*mark))
        .collect();
    if let [first, second, ..] = keys.as_slice() {
        contradict(first, second, diagnostics);
    }
}

/// Pairs that say the same twice, or that can't both hold.
fn marks_agree(field: &Field, diagnostics: &mut Diagnostics) {
    for (mark, wider) in [
        (Mark::Immutable, Mark::ReadOnly),
        (Mark::Index, Mark::Unique),
    ] {
        if let (Some(key), Some(wider), None) =
            (field.args.mark(mark), field.args.mark(wider), field.kept)
        {
            diagnostics.error(
                key,
                format!("`{key}` is redundant beside `{wider}`"),
                format!("leave `{key}` out"),
            );
        }
    }
    if let (Some(first), Some(second), None) = (
        field.args.mark(Mark::ReadOnly),
        field.args.mark(Mark::WriteOnly),
        field.kept,
    ) {
        contradict(first, second, diagnostics);
    }
}

/// A `Secret` tells nothing, not by being looked for either.
fn secret_is_hidden(field: &Field, diagnostics: &mut Diagnostics) {
    if !field.shape.secret {
        return;
    }
    for key in marked(
        field,
        &[Mark::Filter, Mark::Sort, Mark::Search, Mark::Unique],
    ) {
        let help = format!("leave `{key}` out: whoever may look for a value can find it out");
        diagnostics.error(key, format!("a `Secret` cannot be `{key}`"), help);
    }
    for key in marked(field, &[Mark::WriteOnly]) {
        let help = "leave `write_only` out";
        diagnostics.error(
            key,
            "`write_only` is redundant: a `Secret` is in no answer",
            help,
        );
    }
}

/// A role to read what no answer shows, or to write what no body has, says nothing.
fn own_roles_have_an_effect(field: &Field, diagnostics: &mut Diagnostics) {
    let is_hidden = field.has(Mark::WriteOnly) || field.shape.secret;
    let is_written = !field.has(Mark::ReadOnly) && field.kept.is_none();
    if let Some(read) = &field.args.read {
        if is_hidden {
            let message = "`read` has no effect: the field is in no answer";
            diagnostics.error(&read.key, message, "leave `read` out");
        } else if field.kept == Some(Kept::Id) {
            let message = "the primary key cannot have a role to `read` it";
            diagnostics.error(&read.key, message, "leave `read` out");
        }
    }
    if let (Some(write), false) = (&field.args.write, is_written) {
        let message = "`write` has no effect: the field is in no body";
        diagnostics.error(&write.key, message, "leave `write` out");
    }
}

/// What answers don't show must not be found out by filters and orders.
fn hidden_is_not_probed(field: &Field, diagnostics: &mut Diagnostics) {
    if !field.has(Mark::WriteOnly) || field.shape.secret {
        return;
    }
    for key in marked(field, &[Mark::Filter, Mark::Sort, Mark::Search]) {
        let help = format!("leave `{key}` out: whoever may look for a value can find it out");
        diagnostics.error(key, format!("a `write_only` field cannot be `{key}`"), help);
    }
}

/// `search` is for text; filters and orders are for what can be compared.
fn marks_fit_the_type(field: &Field, diagnostics: &mut Diagnostics) {
    if field.is_unfit || field.shape.secret {
        return;
    }
    if let (Some(key), false) = (
        field.args.mark(Mark::Search),
        field.shape.base == Base::Text,
    ) {
        diagnostics.error(
            key,
            format!(
                "`search` needs a field with text: `{}` is none",
                field.ident
            ),
            "leave it out",
        );
    }
    if field.shape.is_scalar() {
        return;
    }
    for key in marked(field, &[Mark::Filter, Mark::Sort]) {
        let message = format!(
            "`{key}` needs a single value: `{}` is a list or a document",
            field.ident
        );
        diagnostics.error(key, message, "leave it out");
    }
}

/// `#[field(default)] x: Option<T>`: an `Option` may be absent in any case.
fn default_is_needed(field: &Field, diagnostics: &mut Diagnostics) {
    let Some(default) = &field.args.default else {
        return;
    };
    if default.value.is_none() && field.shape.nullable && field.kept.is_none() {
        let help = format!("leave it out, or write `{DEFAULT} = Some(…)`");
        diagnostics.error(
            &default.key,
            "`default` is redundant: an `Option` is `None` by default",
            help,
        );
    }
}

fn on_delete_fits(field: &Field, diagnostics: &mut Diagnostics) {
    let Some(on_delete) = &field.args.on_delete else {
        return;
    };
    let (action, word) = &on_delete.value;
    if field.args.belongs_to.is_none() {
        let help = "add `belongs_to = …`, or leave `on_delete` out";
        diagnostics.error(&on_delete.key, "`on_delete` needs `belongs_to`", help);
    } else if *action == OnDelete::SetNull && !field.shape.nullable {
        let message = format!(
            "`set_null` needs an `Option`: `{}` cannot be null",
            field.ident
        );
        diagnostics.error(
            word,
            message,
            format!("write `{}: Option<…>`, or another `on_delete`", field.ident),
        );
    }
}

/// Rules for what no body brings; `skip` is no rule, and garde's own derive asks for it.
fn rules_have_effect(field: &Field, diagnostics: &mut Diagnostics) {
    let mut rules = field
        .garde
        .iter()
        .filter(|rule| !matches!(rule.kind, RuleKind::Skip));
    if let (Some(rule), Some(_)) = (rules.next(), field.kept) {
        let message = format!(
            "`#[garde]` has no effect: `{}` is kept by the runtime",
            field.ident
        );
        diagnostics.error(&rule.key, message, "leave it out");
    }
}

fn marked<'a>(field: &'a Field, marks: &'a [Mark]) -> impl Iterator<Item = &'a Ident> {
    marks.iter().filter_map(|mark| field.args.mark(*mark))
}

fn contradict(first: impl ToTokens, second: impl ToTokens, diagnostics: &mut Diagnostics) {
    let (one, other) = (first.to_token_stream(), second.to_token_stream());
    diagnostics.clash(
        second,
        format!("`{one}` and `{other}` contradict each other"),
        "keep one of them",
    );
}
