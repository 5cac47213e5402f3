//! Verbs of HTTP as labels.

/// The verbs that there are (RFC 9110, 9.1, and RFC 5789). A client may make up any other word, and `None` is for that.
pub(super) fn known_method(method: &str) -> Option<&'static str> {
    const KNOWN: [&str; 9] = [
        "GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT",
    ];
    KNOWN.into_iter().find(|known| *known == method)
}
