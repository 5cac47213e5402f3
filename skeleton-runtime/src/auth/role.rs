//! Roles: those of the kit, and the sets of an application.

use std::fmt;

/// The roles of an application, as `#[derive(Role)]` declares them.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::{RoleSet, Roles};
///
/// let roles: &'static Roles = Role::ROLES;
/// assert_eq!(roles.highest().name(), "OWNER");
/// assert!(roles.find("admin").is_none(), "to the letter");
/// ```
#[derive(Debug)]
pub struct Roles {
    /// The enum's name, for messages.
    pub type_name: &'static str,
    /// The roles as they stand in tokens and in the database (`ADMIN`), lowest first.
    pub names: &'static [&'static str],
    /// For each role the bits of the roles that it includes, its own among them.
    pub grants: &'static [u64],
    /// The role of a new account.
    pub default: usize,
}

impl Roles {
    /// All, lowest first.
    pub fn all(&'static self) -> impl Iterator<Item = RoleRef> {
        (0..self.names.len()).map(move |index| RoleRef { roles: self, index })
    }

    /// The role of this name, which is compared to the letter.
    pub fn find(&'static self, name: &str) -> Option<RoleRef> {
        let index = self.names.iter().position(|known| *known == name)?;
        Some(RoleRef { roles: self, index })
    }

    /// Whether this is the same set. A constant has no one address, so equal content counts too.
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
            || (self.type_name == other.type_name
                && self.names == other.names
                && self.grants == other.grants)
    }

    /// The role of a new account.
    pub const fn default_role(&'static self) -> RoleRef {
        RoleRef {
            roles: self,
            index: self.default,
        }
    }

    /// The lowest role: the first that was declared.
    pub const fn lowest(&'static self) -> RoleRef {
        RoleRef {
            roles: self,
            index: 0,
        }
    }

    /// The highest role: the last that was declared.
    pub const fn highest(&'static self) -> RoleRef {
        RoleRef {
            roles: self,
            index: self.names.len() - 1,
        }
    }
}

/// An enum of roles; made with `#[derive(Role)]`.
///
/// ```
/// use skeleton_runtime::auth::RoleSet;
/// use skeleton_runtime::Role;
///
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
/// enum Rank {
///     Reader,
///     ChiefEditor,
/// }
///
/// assert_eq!(Rank::ROLES.names, ["READER", "CHIEF_EDITOR"]);
/// assert!(Rank::ChiefEditor.role().includes(Rank::Reader.role()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of roles",
    label = "needs `#[derive(Role)]`",
    note = "name an enum with `#[derive(Role)]`, or the prelude's `Role`"
)]
pub trait RoleSet: Sized + 'static {
    /// The roles with their names and what they include.
    const ROLES: &'static Roles;

    /// The place of this role in [`Roles::names`].
    fn index(&self) -> usize;

    /// This role as a value.
    fn role(self) -> RoleRef {
        RoleRef {
            roles: Self::ROLES,
            index: self.index(),
        }
    }
}

/// One role of a set.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::{RoleRef, RoleSet};
///
/// let admin: RoleRef = Role::Admin.role();
/// assert_eq!(admin.name(), "ADMIN");
/// assert!(admin.includes(Role::Member.role()));
/// ```
#[derive(Clone, Copy)]
pub struct RoleRef {
    roles: &'static Roles,
    index: usize,
}

impl RoleRef {
    /// The role at `index` of `roles`; expansions call it in constants.
    ///
    /// # Panics
    ///
    /// At compile time, if there is no such role.
    pub const fn new(roles: &'static Roles, index: usize) -> Self {
        assert!(index < roles.names.len(), "no such role");
        Self { roles, index }
    }

    /// The name, as in tokens and in the database.
    pub const fn name(self) -> &'static str {
        self.roles.names[self.index]
    }

    /// The set that the role is of.
    pub const fn set(self) -> &'static Roles {
        self.roles
    }

    /// Its place in the set.
    pub const fn index(self) -> usize {
        self.index
    }

    /// Whether this role includes `other`, as the higher includes the lower. A role of another set is never included.
    pub fn includes(self, other: Self) -> bool {
        self.roles.is(other.roles) && self.roles.grants[self.index] & (1 << other.index) != 0
    }

    /// The role of whoever is limited to both: on a ladder the lower of the two. Else it is the highest that both
    /// include, so never more than either; `None` where they have nothing in common.
    pub fn common(self, other: Self) -> Option<Self> {
        let all = 0..self.roles.names.len();
        let roles = all.map(|index| Self {
            roles: self.roles,
            index,
        });
        roles
            .filter(|role| self.includes(*role) && other.includes(*role))
            .max_by_key(|role| (self.roles.grants[role.index].count_ones(), role.index))
    }
}

impl PartialEq for RoleRef {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.roles.is(other.roles)
    }
}

impl Eq for RoleRef {}

impl fmt::Debug for RoleRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The roles of the kit, lowest first. A guard means "at least".
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::RoleSet;
///
/// assert!(Role::Admin.role().includes(Role::Member.role()));
/// assert_eq!(Role::Admin.role().name(), "ADMIN");
/// assert_eq!(Role::ROLES.default_role(), Role::Member.role());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, skeleton_macros::Role)]
#[role(crate = crate)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Writes its own; the role of a new account.
    #[role(default)]
    Member,
    /// Administers.
    Admin,
    /// May do everything.
    Owner,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_of_another_set_are_other_roles() {
        static OTHERS: Roles = Roles {
            type_name: "Rank",
            names: &["PRIVATE", "GENERAL"],
            grants: &[0b1, 0b11],
            default: 0,
        };
        let general = OTHERS.highest();
        assert!(general.includes(OTHERS.lowest()));
        assert!(!general.includes(Role::Viewer.role()));
        assert_ne!(OTHERS.lowest(), Role::Viewer.role());
        assert_eq!(Role::ROLES.find("ADMIN"), Some(Role::Admin.role()));
        assert_eq!(Role::ROLES.find("admin"), None);
    }

    #[test]
    fn what_two_roles_have_in_common_is_never_more_than_either() {
        // Writers and auditors both read; a chief is both; a guest is none of them.
        static NEWSROOM: Roles = Roles {
            type_name: "Newsroom",
            names: &["GUEST", "READER", "WRITER", "AUDITOR", "CHIEF"],
            grants: &[0b00001, 0b00010, 0b00110, 0b01010, 0b11110],
            default: 1,
        };
        assert_eq!(
            Role::Owner.role().common(Role::Member.role()),
            Some(Role::Member.role())
        );
        assert_eq!(
            Role::Viewer.role().common(Role::Admin.role()),
            Some(Role::Viewer.role())
        );
        let role = |name| NEWSROOM.find(name).unwrap();
        for (one, other, common) in [
            ("WRITER", "AUDITOR", Some("READER")),
            ("CHIEF", "AUDITOR", Some("AUDITOR")),
            ("WRITER", "WRITER", Some("WRITER")),
            ("GUEST", "CHIEF", None),
        ] {
            assert_eq!(
                role(one).common(role(other)),
                common.map(role),
                "{one} {other}"
            );
            assert_eq!(
                role(other).common(role(one)),
                common.map(role),
                "{other} {one}"
            );
        }
    }
}
