//! Keys derived from the service's secret: all instances share them, and that of one use is of no use for another.

use aws_lc_rs::hmac;

/// The key for what `label` says.
pub(super) fn derived(secret: &[u8], label: &[u8]) -> hmac::Key {
    let root = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, label).as_ref())
}
