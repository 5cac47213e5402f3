//! Rules that mean something: no term without effect.

use crate::diagnostics::Diagnostics;

use super::args::{RuleArgs, Term, TermKind};

/// A rule in which each term has an effect.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) terms: Vec<Term>,
}

impl Rule {
    /// Checks what was written; `None` for a rule without a term, about which the caller knows what to say.
    pub(crate) fn new(args: &RuleArgs, diagnostics: &mut Diagnostics) -> Option<Self> {
        for (index, term) in args.terms.iter().enumerate() {
            check_term(term, &args.terms[..index], &args.terms, diagnostics);
        }
        (!args.terms.is_empty()).then(|| Self {
            terms: args.terms.clone(),
        })
    }

    /// Whether both let the same callers through.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let kinds = |rule: &Self| {
            rule.terms
                .iter()
                .map(|term| term.kind.clone())
                .collect::<Vec<_>>()
        };
        kinds(self) == kinds(other)
    }

    /// `owner`, where the rule has it.
    pub(crate) fn owner(&self) -> Option<&Term> {
        self.terms.iter().find(|term| term.kind == TermKind::Owner)
    }

    /// The rule for an operation in which there is no owner yet; `None` if nothing remains.
    pub(crate) fn without_owner(&self) -> Option<Self> {
        let terms: Vec<_> = self
            .terms
            .iter()
            .filter(|term| term.kind != TermKind::Owner)
            .cloned()
            .collect();
        (!terms.is_empty()).then_some(Self { terms })
    }
}

/// Says which term makes `term` pointless, if one does.
fn check_term(term: &Term, before: &[Term], all: &[Term], diagnostics: &mut Diagnostics) {
    let text = term.text();
    if before.iter().any(|first| first.kind == term.kind) {
        let message = format!("`{text}` is named twice in one rule");
        diagnostics.clash(&term.written, message, "keep one of them");
        return;
    }
    let wider = all
        .iter()
        .find(|wider| wider.kind != term.kind && covers(&wider.kind, &term.kind));
    if let Some(wider) = wider {
        let wider = wider.text();
        let message = format!("`{text}` has no effect beside `{wider}`");
        diagnostics.error(
            &term.written,
            message,
            format!("keep `{wider}` alone, or leave it out"),
        );
    }
}

/// Whether `wider` lets through everybody that `term` does.
fn covers(wider: &TermKind, term: &TermKind) -> bool {
    match (wider, term) {
        (TermKind::Public, _) => true,
        (TermKind::Authenticated, term) => *term != TermKind::Public,
        (TermKind::AtLeast(role), TermKind::Exactly(same)) => role == same,
        _ => false,
    }
}
