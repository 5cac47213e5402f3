//! Accounts as a resource: the kit's own table, declared as any other.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::Secret;
use crate::auth::Role;

/// An account.
///
/// Read by ADMIN; with roles of the application's own, by the highest.
#[skeleton_macros::resource(path = "/users", operations(list, get), table = false, crate = crate)]
#[skeleton_macros::requires_role(Admin)]
pub struct User {
    /// The account.
    pub id: Uuid,
    /// Trimmed and in lower case; no two accounts share one.
    #[field(filter, sort, unique)]
    pub email: String,
    /// The argon2id hash of the password; an account without one can't log in with a password.
    #[field(read_only)]
    pub password_hash: Option<Secret<String>>,
    /// The role's name, as ADMIN.
    #[field(filter)]
    pub role: String,
    /// Whether the account is locked out.
    #[field(filter)]
    pub disabled: bool,
    /// When it was made.
    #[field(filter, sort)]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}
