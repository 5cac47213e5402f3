//! Whether a secret looks like one that was made to be secret.

/// Fewer different bytes than any random text of 32 has.
const FEWEST_DIFFERENT: usize = 8;
/// What is repeated from this length on is not typed by hand.
const LONGEST_REPEATED: usize = 8;

/// What stands in examples, to be replaced.
const PLACEHOLDERS: [&str; 9] = [
    "changeme",
    "change-me",
    "change_me",
    "your-secret",
    "your_secret",
    "yoursecret",
    "placeholder",
    "example",
    "insecure",
];

/// What is wrong with a secret that is long enough, without a word of it. A random one has nothing wrong with it.
pub(super) fn weakness(secret: &str) -> Option<&'static str> {
    let bytes = secret.as_bytes();
    let mut different = bytes.to_vec();
    different.sort_unstable();
    different.dedup();
    let repeats = |length: usize| {
        bytes
            .windows(length + 1)
            .all(|part| part[0] == part[length])
    };
    if different.len() < FEWEST_DIFFERENT || (1..=LONGEST_REPEATED).any(repeats) {
        return Some("repeats a few characters, so it can be guessed");
    }
    let folded = secret.to_ascii_lowercase();
    let is_placeholder = PLACEHOLDERS.iter().any(|word| folded.contains(word));
    is_placeholder.then_some("is a placeholder, so it can be guessed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_made_at_random_is_weak() {
        for secret in [
            "a".repeat(40),
            "abcdefgh".repeat(4),
            "please-changeme-before-you-deploy-it".to_owned(),
            "Your_Secret_Key_Goes_Here_0123456789".to_owned(),
        ] {
            assert!(weakness(&secret).is_some(), "{secret}");
        }
        for secret in [
            "0123456789abcdef0123456789abcdef",
            "f3a9c1d27be04856f3a9c1d27be04857",
            "kX2v9QmZr4T7yLw1Pb6Hc8Nd3Fg5Js0A",
        ] {
            assert_eq!(weakness(secret), None, "{secret}");
        }
    }
}
