//! Who is calling, and what they may do.
//!
//! A request goes through [`Authenticator::authenticate`] (its token, then the account), a [`Guard`] or
//! [`Rule::admit`] (its role), and reaches the handler with a [`CurrentUser`]. Passwords and tokens are made and
//! checked here and nowhere else. What a rule means for single rows is for the resources to say.

mod account;
pub mod administration;
mod authenticator;
mod body;
mod bounded;
mod claims;
mod common_passwords;
mod current_user;
mod email;
mod form;
mod guard;
mod handlers;
mod login;
mod management;
#[cfg(feature = "test-util")]
pub(crate) mod parts;
mod password;
mod role;
mod router;
mod rule;
mod schema;
mod session;
mod session_handlers;
mod setup;
mod sql;
mod throttle;
mod token;

pub use account::{Account, Accounts};
pub use authenticator::Authenticator;
pub use current_user::CurrentUser;
pub use email::Email;
pub use guard::{Guard, GuardRule};
pub(crate) use password::Load as PasswordLoad;
pub use password::PasswordHasher;
pub use role::{Role, RoleRef, RoleSet, Roles};
pub use router::router;
pub use rule::{Caller, Decision, Rule, Term};
pub use schema::users;
pub use session::{Client, ClientAddress, Session, Tokens};
pub use setup::SETUP_LIFETIME;
pub use throttle::{Count, CounterKey, Counters};
pub use token::AccessToken;

#[cfg(test)]
mod tests;
