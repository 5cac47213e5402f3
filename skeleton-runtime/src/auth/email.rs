//! E-mail addresses, by which accounts are found.

use std::borrow::Cow;

use crate::error::Fault;

/// RFC 5321, section 4.5.3.1.3: 256 with the angle brackets.
const MAX_LENGTH: usize = 254;

/// An address in the one form in which it is stored and compared: trimmed and lower-cased.
///
/// ```
/// use skeleton_runtime::auth::Email;
///
/// assert_eq!(Email::parse(" Ann@Example.com ").unwrap().as_str(), "ann@example.com");
/// assert_eq!(Email::parse("ann").unwrap_err().code, "email");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Takes an address for a new account.
    ///
    /// # Errors
    ///
    /// A fault of the field `email`, with the code `length` (more than 254 characters) or `email` (not of the form
    /// `name@domain`, of ASCII).
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let fault = |code, message: Cow<'static, str>| Fault::new("email", code, message);
        let text = text.trim();
        if text.chars().count() > MAX_LENGTH {
            return Err(fault(
                "length",
                format!("length must be at most {MAX_LENGTH}").into(),
            ));
        }
        // Before lower-casing, which turns some letters beyond ASCII into ASCII.
        garde::rules::email::parse_email(text)
            .map_err(|_| fault("email", "is not an e-mail address".into()))?;
        Ok(Self::comparable(text))
    }

    /// Takes whatever somebody typed, to look for an account with it.
    pub fn comparable(text: &str) -> Self {
        Self(text.trim().to_lowercase())
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use skeleton_fuzz::Fuzz;

    use super::*;

    const WORDS: &[&str] = &[
        "ann",
        "@",
        "example.com",
        "a.b+c",
        "\"",
        "[127.0.0.1]",
        "xn--",
        "\u{212a}",
        "\u{130}",
        "%0d%0a",
        "\r\nBcc: ",
        "<",
        ">",
    ];

    #[test]
    fn addresses_are_trimmed_and_lower_cased() {
        assert_eq!(
            Email::parse(" \tAnna.B+x@Example.ORG\n").unwrap().as_str(),
            "anna.b+x@example.org"
        );
        assert_eq!(
            Email::comparable(" ANNA@Example.org "),
            Email::parse("anna@example.org").unwrap()
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("a@{}.example", "b.".repeat(130));
        let cases = [
            ("", "email"),
            ("anna", "email"),
            ("@example.org", "email"),
            ("anna@", "email"),
            ("a b@example.org", "email"),
            ("a@b@c", "email"),
            ("a@exam ple.org", "email"),
            ("a@example..org", "email"),
            ("a\0@example.org", "email"),
            ("a@example.org\r\nBcc: b@example.org", "email"),
            ("\u{212a}@example.org", "email"),
            (&long, "length"),
        ];
        for (text, code) in cases {
            let fault = Email::parse(text).unwrap_err();
            assert_eq!(
                (fault.field.as_ref(), fault.code),
                ("email", code),
                "{text:?}"
            );
        }
    }

    #[test]
    fn fuzz_an_address_is_one_of_its_kind_or_refused() {
        let figures = Fuzz::target("emails").words(WORDS).run_text(|text| {
            let email = match Email::parse(text) {
                Ok(email) => email,
                Err(fault) => return (fault.code, 0),
            };
            let address = email.as_str();
            let (name, domain) = address.split_once('@').expect("an `@`");
            assert!(!name.is_empty() && !domain.is_empty(), "{text:?}");
            assert!(!domain.contains('@'), "{text:?}");
            assert!(address.chars().all(|c| c.is_ascii_graphic()), "{text:?}");
            assert!(address.len() <= MAX_LENGTH, "{text:?}");
            assert_eq!(Email::parse(address).as_ref(), Ok(&email), "{text:?}");
            assert_eq!(Email::comparable(text), email);
            ("", domain.matches('.').count().min(8))
        });
        assert!(figures.outcomes > 4, "{figures:?}");
    }
}
