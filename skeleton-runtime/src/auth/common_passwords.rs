//! The passwords that everybody tries first.

use std::sync::LazyLock;

static LIST: &str = include_str!("common_passwords.txt");

/// In the order of their bytes.
static COMMON: LazyLock<Vec<&str>> =
    LazyLock::new(|| LIST.lines().filter(|line| !line.starts_with('#')).collect());

/// Whether a password is among the 3,000 commonest, without regard to case.
pub(super) fn is_common(password: &str) -> bool {
    let folded = password.to_lowercase();
    COMMON.binary_search(&folded.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_order() {
        assert_eq!(COMMON.len(), 3_000);
        assert!(COMMON.is_sorted_by(|one, next| one < next));
        for password in COMMON.iter() {
            assert!(password.chars().count() >= 8, "{password}");
            assert_eq!(*password, password.to_lowercase());
        }
    }

    #[test]
    fn common_passwords_are_known_in_any_case() {
        for common in ["password", "12345678", "PassWord", "QWERTYUI", "iloveyou"] {
            assert!(is_common(common), "{common}");
        }
        for other in [
            "",
            "seven wild geese",
            "password ",
            "12345678901234567890123",
        ] {
            assert!(!is_common(other), "{other}");
        }
    }
}
