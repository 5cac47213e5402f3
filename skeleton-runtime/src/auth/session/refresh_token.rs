//! Refresh tokens: random, shown once, kept only as a hash.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Secret;
use crate::db::Value;
use crate::error::{Error, Result};

/// 256 bits: nothing to guess, so a plain hash suffices to store it.
const BYTES: usize = 32;

/// SHA-256 of a refresh token: what the database has of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::auth) struct TokenHash([u8; digest::SHA256_OUTPUT_LEN]);

impl TokenHash {
    /// Of what a client sent; `None` for what can't be a token.
    pub(in crate::auth) fn of(sent: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(sent).ok()?;
        (bytes.len() == BYTES).then(|| Self::of_bytes(&bytes))
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        let mut hash = [0; digest::SHA256_OUTPUT_LEN];
        hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
        Self(hash)
    }

    pub(in crate::auth) fn value(self) -> Value {
        Value::Bytes(self.0.to_vec())
    }
}

/// Makes a token.
///
/// # Errors
///
/// 500 `internal` when the system gives no random bytes.
pub(in crate::auth) fn make() -> Result<(Secret<String>, TokenHash)> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|_| Error::internal("the system gives no random bytes"))?;
    let token = Secret::new(URL_SAFE_NO_PAD.encode(bytes));
    Ok((token, TokenHash::of_bytes(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_256_random_bits_and_has_one_spelling() {
        let (token, hash) = make().unwrap();
        let (other, other_hash) = make().unwrap();
        assert_ne!((&token, hash), (&other, other_hash));
        let text = token.expose();
        assert_eq!(text.len(), 43);
        assert_eq!(TokenHash::of(text), Some(hash));
        for sent in [
            "",
            "x",
            &text[1..],
            &format!("{text}="),
            &format!(" {text}"),
            &format!("{text}AA"),
            &"A".repeat(30_000),
        ] {
            assert_eq!(TokenHash::of(sent), None, "{sent}");
        }
    }
}
