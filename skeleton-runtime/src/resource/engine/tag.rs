//! Entity tags: what a row is, in a few characters (RFC 9110, section 8.8.3).

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::key::derived;

/// 120 bits of HMAC-SHA256: two different rows with one tag are not to be met.
const LENGTH: usize = 15;

/// The strong tag of a row: a digest of all its columns, so that it changes whoever changes the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag([u8; LENGTH]);

impl Tag {
    /// As it stands in `ETag`, with its quotes.
    pub(crate) fn header(self) -> String {
        format!("\"{}\"", BASE64.encode(self.0))
    }

    /// Whether an `If-Match` holds: `*`, or a list with this very tag. Weak tags never do.
    pub(crate) fn satisfies(self, if_match: &str) -> bool {
        let own = self.header();
        if_match.trim() == "*" || if_match.split(',').any(|tag| tag.trim() == own)
    }

    /// Whether an `If-None-Match` names it: compared weakly, as RFC 9110 has it for this header.
    pub(crate) fn is_named_by(self, if_none_match: &str) -> bool {
        let own = self.header();
        let strong = |tag: &str| {
            tag.trim()
                .strip_prefix("W/")
                .unwrap_or(tag.trim())
                .to_owned()
        };
        if_none_match.trim() == "*" || if_none_match.split(',').any(|tag| strong(tag) == own)
    }
}

/// The key of the tags. A plain digest would let whoever may not read a column try its values against the tag.
///
/// Shared, since it is a kilobyte, and goes with each writer of rows.
#[derive(Clone)]
pub(crate) struct TagKey(Arc<hmac::Key>);

impl std::fmt::Debug for TagKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TagKey")
    }
}

impl TagKey {
    /// A key derived from the service's secret, so that all instances share it.
    pub(crate) fn derive(secret: &[u8]) -> Self {
        Self(Arc::new(derived(secret, b"skeleton tag 1")))
    }
}

/// A tag in the making.
pub(super) struct Digest(hmac::Context);

impl Digest {
    pub(super) fn new(key: &TagKey) -> Self {
        Self(hmac::Context::with_key(&key.0))
    }

    /// Takes one column in; names and JSON's own quotes keep neighbours apart.
    pub(super) fn update(&mut self, column: &[u8]) {
        self.0.update(column);
    }

    pub(super) fn finish(self) -> Tag {
        let mut tag = [0; LENGTH];
        tag.copy_from_slice(&self.0.sign().as_ref()[..LENGTH]);
        Tag(tag)
    }
}

#[cfg(test)]
mod tests {
    use skeleton_fuzz::Fuzz;

    use super::*;

    /// Stands for the row's own tag in a seed.
    const OWN: &str = "\"OWN\"";
    const WORDS: &[&str] = &[
        "*",
        OWN,
        "W/",
        "w/",
        "\"\"",
        "\"other\"",
        ", ",
        ",",
        "\t",
        "\"a,b\"",
    ];

    fn tag(columns: &[&str]) -> Tag {
        let mut digest = Digest::new(&TagKey::derive(b"secret"));
        for column in columns {
            digest.update(column.as_bytes());
        }
        digest.finish()
    }

    #[test]
    fn if_match_is_strong() {
        let own = tag(&["\"a\":1"]);
        let header = own.header();
        assert!(own.satisfies(&header) && own.satisfies("*"));
        assert!(own.satisfies(&format!("\"other\" , {header}")));
        assert!(
            !own.satisfies(&format!("W/{header}"))
                && !own.satisfies("\"other\"")
                && !own.satisfies("")
        );
        assert!(!own.satisfies(header.trim_matches('"')));
    }

    #[test]
    fn another_secret_gives_other_tags() {
        let of = |secret: &[u8]| Digest::new(&TagKey::derive(secret)).finish();
        assert_ne!(
            of(b"one"),
            of(b"other"),
            "nobody without the secret can try values"
        );
    }

    #[test]
    fn if_none_match_is_weak() {
        let own = tag(&["\"a\":1"]);
        assert!(own.is_named_by(&format!("W/{}", own.header())) && own.is_named_by("*"));
        assert!(!own.is_named_by("\"other\""));
        assert_ne!(own, tag(&["\"a\":2"]));
    }
    /// A list as RFC 9110 has it, sections 5.6.1 and 8.8.3: whether each tag is weak, and its opaque part with the quotes.
    /// None where the text is no such list.
    fn list(text: &str) -> Option<Vec<(bool, &str)>> {
        let (mut tags, mut rest) = (Vec::new(), text.trim_matches([' ', '\t']));
        while !rest.is_empty() {
            let strong = rest.strip_prefix("W/");
            let (is_weak, quoted) = (strong.is_some(), strong.unwrap_or(rest));
            let length = quoted.strip_prefix('"')?.find('"')? + 2;
            let (tag, behind) = quoted.split_at(length);
            let is_opaque = |byte: u8| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..);
            tag[1..length - 1].bytes().all(is_opaque).then_some(())?;
            tags.push((is_weak, tag));
            rest = behind.trim_start_matches([' ', '\t']);
            if !rest.is_empty() {
                rest = rest.strip_prefix(',')?.trim_start_matches([' ', '\t', ',']);
            }
        }
        Some(tags)
    }

    #[test]
    fn fuzz_a_tag_holds_where_a_list_has_it() {
        let own = tag(&["\"a\":1"]);
        let header = own.header();
        let figures = Fuzz::target("tags").words(WORDS).run_text(|text| {
            let text = text.replace(OWN, &header);
            let (holds, is_named) = (own.satisfies(&text), own.is_named_by(&text));
            let is_any = text.trim() == "*";
            assert!(
                is_named || !holds,
                "what is the same is weakly the same: {text}"
            );
            assert!(
                is_any || !is_named || text.contains(&header),
                "guessed: {text}"
            );
            if let Some(tags) = list(&text) {
                let has = |weakly: bool| {
                    let mut tags = tags.iter();
                    tags.any(|(is_weak, tag)| *tag == header && (weakly || !is_weak))
                };
                assert_eq!((holds, is_named), (has(false), has(true)), "{text}");
                return (holds, is_named, tags.len().min(16) + 1);
            }
            (holds, is_named, 0)
        });
        assert!(figures.outcomes > 10, "{figures:?}");
    }
}
