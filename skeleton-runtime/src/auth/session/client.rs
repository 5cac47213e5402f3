//! Who calls, as far as a session remembers it.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

/// Enough to tell one's browsers apart, in characters.
const LONGEST_USER_AGENT: usize = 200;

/// The address of a request's client, which the server leaves in the request's extensions.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Where a login came from. An extractor that never fails.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::Client;
///
/// async fn browser(client: Client) -> String {
///     client.user_agent.unwrap_or_default()
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// The peer's address, or what a trusted proxy says; `None` where there is no network, as in a command.
    pub address: Option<IpAddr>,
    /// What the client calls itself, at most 200 characters.
    pub user_agent: Option<String>,
}

impl Client {
    /// Someone at this machine's command line.
    pub fn command(name: &str) -> Self {
        Self {
            address: None,
            user_agent: Some(name.to_owned()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let user_agent = parts.headers.get(header::USER_AGENT);
        Ok(Self {
            address: parts
                .extensions
                .get()
                .map(|ClientAddress(address)| *address),
            user_agent: user_agent.map(|sent| shortened(sent.as_bytes())),
        })
    }
}

/// What people are shown: no control characters, and no end of it.
fn shortened(sent: &[u8]) -> String {
    let text = String::from_utf8_lossy(sent);
    let printable = text.chars().filter(|character| !character.is_control());
    printable.take(LONGEST_USER_AGENT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_agents_are_shortened_between_characters() {
        assert_eq!(shortened(b"curl/8\t(x)"), "curl/8(x)");
        assert_eq!(shortened(b"\xff"), "\u{fffd}");
        assert_eq!(shortened("é".repeat(900).as_bytes()), "é".repeat(200));
    }
}
