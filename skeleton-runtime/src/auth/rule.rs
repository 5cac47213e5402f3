//! Rules: who may do something.

use std::fmt;

use super::role::RoleRef;

/// One term of a rule.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::{RoleSet, Rule, Term};
///
/// const TERMS: &[Term] = &[Term::Owner, Term::Public];
/// assert!(Rule(TERMS).is_public());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// This role, or one that includes it.
    AtLeast(RoleRef),
    /// This role and no other.
    Exactly(RoleRef),
    /// Whoever the row's owner field names.
    Owner,
    /// Whoever has a valid token.
    Authenticated,
    /// Anybody.
    Public,
}

/// Who may do something: any term lets the caller through.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::{Caller, Decision, RoleSet, Rule, Term};
///
/// let rule = Rule(&[Term::Owner, Term::Authenticated]);
/// assert_eq!(rule.decide(Caller::Anonymous), Decision::NeedsToken);
/// assert_eq!(rule.decide(Caller::WithRole(Role::Viewer.role())), Decision::Allowed);
/// assert_eq!(rule.to_string(), "the owner or any account");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule(pub &'static [Term]);

/// Who calls, as far as rules ask.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::{Caller, Decision, RoleSet, Rule, Term};
///
/// let rule = Rule(&[Term::Authenticated]);
/// assert_eq!(rule.decide(Caller::Anonymous), Decision::NeedsToken);
/// assert_eq!(rule.decide(Caller::WithRole(Role::Member.role())), Decision::Allowed);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Nobody known: there was no token.
    Anonymous,
    /// An account whose role the application no longer knows. It passes where any account does, and nowhere else.
    WithoutRole,
    /// An account with this role.
    WithRole(RoleRef),
}

/// What a rule says of a caller.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::{Caller, Decision, RoleSet, Rule, Term};
///
/// let rule = Rule(&[Term::Owner]);
/// assert_eq!(rule.decide(Caller::WithRole(Role::Member.role())), Decision::OwnRows);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Through, for every row.
    Allowed,
    /// Through for the caller's own rows.
    OwnRows,
    /// A token is needed first.
    NeedsToken,
    /// Not with this role.
    Denied,
}

impl Rule {
    /// Decides for a caller.
    pub fn decide(self, caller: Caller) -> Decision {
        let lets_through = |term: &Term| match (term, caller) {
            (Term::Public, _)
            | (Term::Authenticated, Caller::WithoutRole | Caller::WithRole(_)) => true,
            (Term::AtLeast(needed), Caller::WithRole(role)) => role.includes(*needed),
            (Term::Exactly(needed), Caller::WithRole(role)) => role == *needed,
            _ => false,
        };
        if self.0.iter().any(lets_through) {
            return Decision::Allowed;
        }
        match caller {
            Caller::Anonymous => Decision::NeedsToken,
            Caller::WithRole(_) if self.0.contains(&Term::Owner) => Decision::OwnRows,
            Caller::WithRole(_) | Caller::WithoutRole => Decision::Denied,
        }
    }

    /// Whether anybody is let through, with or without a token.
    pub fn is_public(self) -> bool {
        self.0.contains(&Term::Public)
    }

    /// The roles that are named in the rule.
    pub fn roles(self) -> impl Iterator<Item = RoleRef> {
        self.0.iter().filter_map(|term| match term {
            Term::AtLeast(role) | Term::Exactly(role) => Some(*role),
            _ => None,
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, term) in self.0.iter().enumerate() {
            if position > 0 {
                formatter.write_str(" or ")?;
            }
            match term {
                Term::AtLeast(role) => formatter.write_str(role.name())?,
                Term::Exactly(role) => write!(formatter, "exactly {}", role.name())?,
                Term::Owner => formatter.write_str("the owner")?,
                Term::Authenticated => formatter.write_str("any account")?,
                Term::Public => formatter.write_str("anybody")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Role, RoleSet as _};

    fn caller(role: Role) -> Caller {
        Caller::WithRole(role.role())
    }

    #[test]
    fn a_guard_means_at_least() {
        const RULE: Rule = Rule(&[Term::AtLeast(RoleRef::new(
            Role::ROLES,
            Role::Admin as usize,
        ))]);
        assert_eq!(RULE.decide(Caller::Anonymous), Decision::NeedsToken);
        assert_eq!(RULE.decide(caller(Role::Member)), Decision::Denied);
        assert_eq!(RULE.decide(caller(Role::Admin)), Decision::Allowed);
        assert_eq!(RULE.decide(caller(Role::Owner)), Decision::Allowed);
    }

    #[test]
    fn exactly_means_no_other() {
        const RULE: Rule = Rule(&[Term::Exactly(RoleRef::new(
            Role::ROLES,
            Role::Member as usize,
        ))]);
        assert_eq!(RULE.decide(caller(Role::Member)), Decision::Allowed);
        assert_eq!(RULE.decide(caller(Role::Owner)), Decision::Denied);
    }

    #[test]
    fn owner_is_for_those_whom_no_role_lets_through() {
        const RULE: Rule = Rule(&[
            Term::Owner,
            Term::AtLeast(RoleRef::new(Role::ROLES, Role::Admin as usize)),
        ]);
        assert_eq!(RULE.decide(caller(Role::Viewer)), Decision::OwnRows);
        assert_eq!(RULE.decide(caller(Role::Admin)), Decision::Allowed);
        assert_eq!(RULE.decide(Caller::Anonymous), Decision::NeedsToken);
    }

    #[test]
    fn public_and_authenticated() {
        assert_eq!(
            Rule(&[Term::Public]).decide(Caller::Anonymous),
            Decision::Allowed
        );
        assert_eq!(
            Rule(&[Term::Authenticated]).decide(Caller::Anonymous),
            Decision::NeedsToken
        );
        assert_eq!(
            Rule(&[Term::Authenticated]).decide(caller(Role::Viewer)),
            Decision::Allowed
        );
    }

    #[test]
    fn an_account_without_a_known_role_is_any_account_and_no_more() {
        const LOWEST: Term = Term::AtLeast(RoleRef::new(Role::ROLES, 0));
        let decide = |terms| Rule(terms).decide(Caller::WithoutRole);
        assert_eq!(decide(&[Term::Public]), Decision::Allowed);
        assert_eq!(decide(&[LOWEST, Term::Authenticated]), Decision::Allowed);
        assert_eq!(decide(&[LOWEST]), Decision::Denied);
        assert_eq!(decide(&[LOWEST, Term::Owner]), Decision::Denied);
        assert_eq!(decide(&[]), Decision::Denied);
    }
}
