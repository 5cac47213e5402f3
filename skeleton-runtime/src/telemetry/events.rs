//! What happens to accounts: a line in the log and a count, from wherever in a request it happens.

use std::fmt::Display;

use tracing::field::display;
use tracing::{info, warn};

use super::fields;

/// What happened.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthEvent {
    /// An account was made.
    Registered,
    /// The password was right.
    LoggedIn,
    /// No such account, a wrong password, or an account that is locked out.
    LoginFailed,
    /// A refresh token was spent for new tokens.
    Refreshed,
    /// A refresh token that holds no more, or never did.
    RefreshFailed,
    /// A refresh token was used a second time: somebody has a copy. Its family was revoked.
    RefreshReused,
    /// A session was ended by its owner.
    LoggedOut,
    /// A password was changed.
    PasswordChanged,
    /// A role was granted or taken, or an account locked out.
    AccountChanged,
    /// Refused, since there were too many attempts.
    Throttled,
}

impl AuthEvent {
    /// Every event.
    pub const ALL: [Self; 10] = [
        Self::Registered,
        Self::LoggedIn,
        Self::LoginFailed,
        Self::Refreshed,
        Self::RefreshFailed,
        Self::RefreshReused,
        Self::LoggedOut,
        Self::PasswordChanged,
        Self::AccountChanged,
        Self::Throttled,
    ];

    /// The value of the label `event`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::LoggedIn => "login_ok",
            Self::LoginFailed => "login_failed",
            Self::Refreshed => "refresh_ok",
            Self::RefreshFailed => "refresh_failed",
            Self::RefreshReused => "refresh_reused",
            Self::LoggedOut => "logout",
            Self::PasswordChanged => "password_changed",
            Self::AccountChanged => "account_changed",
            Self::Throttled => "throttled",
        }
    }

    /// What somebody should look at when there are many.
    const fn is_suspicious(self) -> bool {
        matches!(
            self,
            Self::LoginFailed | Self::RefreshFailed | Self::RefreshReused | Self::Throttled
        )
    }
}

/// Tells of an event. `user` is the account, where it is known; an e-mail is never written.
///
/// Counted for the service whose request is being served, else for that of the process.
#[doc(hidden)]
pub fn auth_event(event: AuthEvent, user: Option<&dyn Display>) {
    #[cfg(feature = "metrics")]
    metrics::counter!(super::metrics::names::AUTH_EVENTS, super::metrics::names::EVENT => event.as_str())
        .increment(1);
    let (name, user) = (event.as_str(), user.map(display));
    if event.is_suspicious() {
        warn!(
            { fields::EVENT } = name,
            { fields::ACCOUNT_ID } = user,
            "account"
        );
    } else {
        info!(
            { fields::EVENT } = name,
            { fields::ACCOUNT_ID } = user,
            "account"
        );
    }
}
