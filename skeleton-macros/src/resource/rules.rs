//! Which rule guards which operation: the more exact key wins.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use crate::diagnostics::{Diagnostics, quoted};
use crate::names::{READ, WRITE};
use crate::requires_role::args::{RuleArgs, StructRules};
use crate::requires_role::model::Rule;

use super::args::Operation;

/// A rule with the key it was written under; none is `#[requires_role(rule)]`, for all operations.
struct Keyed {
    key: Option<Ident>,
    rule: Rule,
}

/// What the rules are held against.
pub(crate) struct Subject<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) operations: &'a [Operation],
    /// A field names the account that a row belongs to.
    pub(crate) has_owner: bool,
}

/// Each rule with the operations that it guards; those without one have the application's defaults.
pub(crate) fn resolve(
    written: &StructRules,
    subject: &Subject<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<(Rule, Vec<Operation>)> {
    let rules = meaningful(written, diagnostics);
    for rule in &rules {
        check_owner_field(rule, subject, diagnostics);
        check_exact(rule, diagnostics);
        check_effect(rule, &rules, subject, diagnostics);
        check_rest(rule, &rules, subject, diagnostics);
    }
    let mut guarded: Vec<(Rule, Vec<Operation>)> = Vec::new();
    for operation in subject.operations {
        let Some(rule) = rule_of(*operation, &rules) else {
            continue;
        };
        match guarded.iter_mut().find(|(same, _)| same.is_same(&rule)) {
            Some((_, operations)) => operations.push(*operation),
            None => guarded.push((rule, vec![*operation])),
        }
    }
    guarded
}

fn meaningful(written: &StructRules, diagnostics: &mut Diagnostics) -> Vec<Keyed> {
    let mut rules = Vec::new();
    let mut keep = |key: Option<&Ident>, args: &RuleArgs| {
        if let Some(rule) = Rule::new(args, diagnostics) {
            rules.push(Keyed {
                key: key.cloned(),
                rule,
            });
        }
    };
    if let Some(all) = &written.all {
        keep(None, all);
    }
    for rule in &written.keys {
        keep(Some(&rule.key), &rule.value);
    }
    rules
}

fn rule_of(operation: Operation, rules: &[Keyed]) -> Option<Rule> {
    let winner = winner(operation, rules)?;
    if winner.is_exact() || has_row(operation) {
        Some(winner.rule.clone())
    } else {
        winner.rule.without_owner()
    }
}

/// The most exact key that says something of the operation.
fn winner(operation: Operation, rules: &[Keyed]) -> Option<&Keyed> {
    let named = |name: &str| {
        rules
            .iter()
            .find(|rule| rule.name().as_deref() == Some(name))
    };
    let wider =
        || named(group(operation)?).or_else(|| rules.iter().find(|rule| rule.key.is_none()));
    let kin = || named(kin(operation)?.name());
    named(operation.name()).or_else(kin).or_else(wider)
}

impl Keyed {
    fn name(&self) -> Option<String> {
        self.key.as_ref().map(|key| key.unraw().to_string())
    }

    /// Whether the key names one operation.
    fn is_exact(&self) -> bool {
        self.operation().is_some()
    }

    fn operation(&self) -> Option<Operation> {
        Operation::find(&self.name()?)
    }

    /// Whether the key says anything of the operation.
    fn covers(&self, operation: Operation) -> bool {
        match self.name() {
            None => group(operation).is_some(),
            Some(name) => name == operation.name() || Some(name.as_str()) == group(operation),
        }
    }
}

/// The wider key; to undo a delete is for administrators, unless a rule says it of this very operation.
fn group(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::Restore => None,
        _ if operation.is_read() => Some(READ),
        _ => Some(WRITE),
    }
}

/// The operation whose rule counts where there is none for this one: what may be changed may be replaced.
fn kin(operation: Operation) -> Option<Operation> {
    (operation == Operation::Replace).then_some(Operation::Update)
}

/// Whether there is one row, with an owner, that a rule can be held against.
fn has_row(operation: Operation) -> bool {
    !matches!(operation, Operation::List | Operation::Create)
}

/// `owner` in a rule needs a field that names the owner.
fn check_owner_field(rule: &Keyed, subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    if let (Some(owner), false) = (rule.rule.owner(), subject.has_owner) {
        let message = format!(
            "`owner` in a rule, but `{}` has no owner field",
            subject.name
        );
        let help = "mark the field that names the account with `#[field(owner)]`";
        diagnostics.error(&owner.written, message, help);
    }
}

/// `create = owner`: there is no row yet that could belong to anybody.
fn check_exact(rule: &Keyed, diagnostics: &mut Diagnostics) {
    let Some(operation) = rule.operation().filter(|operation| !has_row(*operation)) else {
        return;
    };
    if let Some(owner) = rule.rule.owner() {
        let name = operation.name();
        let help = match rule.rule.without_owner() {
            Some(_) => "leave `owner` out".to_owned(),
            None if operation.is_read() => format!("write `{name} = Viewer`"),
            None => format!("write `{name} = Member`"),
        };
        diagnostics.error(
            &owner.written,
            format!("`owner` has no meaning for `{name}`"),
            help,
        );
    }
}

/// Reports a key that guards nothing.
fn check_effect(
    rule: &Keyed,
    rules: &[Keyed],
    subject: &Subject<'_>,
    diagnostics: &mut Diagnostics,
) {
    let Some(key) = &rule.key else { return };
    let mut covered = subject
        .operations
        .iter()
        .filter(|operation| rule.covers(**operation))
        .peekable();
    if covered.peek().is_none() {
        let message = format!(
            "`{key}` guards an operation that `{}` does not have",
            subject.name
        );
        let help = match rule.operation() {
            Some(Operation::Restore) => "leave it out, or write `#[resource(soft_delete)]`",
            _ => "leave it out, or name the operation in `operations(…)`",
        };
        diagnostics.error(key, message, help);
    } else if !covered
        .any(|operation| winner(*operation, rules).is_some_and(|winner| std::ptr::eq(winner, rule)))
    {
        let message =
            format!("`{key}` has no effect: each of its operations has a rule of its own");
        diagnostics.error(key, message, "leave it out");
    }
}

/// `write = owner`: `owner` is left out for `create`, so that nothing remains.
fn check_rest(rule: &Keyed, rules: &[Keyed], subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Some(owner) = rule
        .rule
        .owner()
        .filter(|_| !rule.is_exact() && rule.rule.without_owner().is_none())
    else {
        return;
    };
    let wins = |operation: &Operation| {
        winner(*operation, rules).is_some_and(|winner| std::ptr::eq(winner, rule))
    };
    let left: Vec<_> = subject
        .operations
        .iter()
        .filter(|operation| !has_row(**operation) && wins(operation))
        .collect();
    if left.is_empty() {
        return;
    }
    let names = quoted(left.iter().map(|operation| operation.name()));
    let needed = left.iter().map(|operation| {
        if operation.is_read() {
            "list = Viewer"
        } else {
            "create = Member"
        }
    });
    let needed = needed.collect::<Vec<_>>().join(", ");
    let help = match &rule.key {
        Some(key) => format!("write `{key} = owner, {needed}`"),
        None => format!("write `#[requires_role(read = owner, write = owner, {needed})]`"),
    };
    diagnostics.error(
        &owner.written,
        format!("`owner` has no meaning for {names}, and no role is left"),
        help,
    );
}
