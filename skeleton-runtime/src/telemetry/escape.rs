//! Control characters never reach the log: with them a client could forge lines, or steer a terminal.

use std::fmt::{self, Write};

/// Writes text with control characters as `\n`, `\u{1b}` and the like.
pub(super) struct Printable<'a, W>(pub(super) &'a mut W);

impl<W: Write> Write for Printable<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escaped(self.0, text, char::is_control, |writer, character| {
            write!(writer, "{}", character.escape_default())
        })
    }
}

/// Writes text as the inside of a JSON string.
pub(super) struct JsonText<'a, W>(pub(super) &'a mut W);

impl<W: Write> Write for JsonText<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let special = |character: char| character.is_control() || matches!(character, '"' | '\\');
        escaped(self.0, text, special, |writer, character| match character {
            '"' | '\\' => write!(writer, "\\{character}"),
            '\n' => writer.write_str("\\n"),
            // Control characters all lie within 16 bits.
            _ => write!(writer, "\\u{:04x}", u32::from(character)),
        })
    }
}

/// Copies what needs no escape in one piece: that is nearly all of it.
fn escaped<W: Write>(
    writer: &mut W,
    text: &str,
    special: impl Fn(char) -> bool,
    escape: impl Fn(&mut W, char) -> fmt::Result,
) -> fmt::Result {
    if is_plain(text) {
        return writer.write_str(text);
    }
    let mut rest = text;
    while let Some(place) = rest.find(&special) {
        writer.write_str(&rest[..place])?;
        let mut characters = rest[place..].chars();
        if let Some(character) = characters.next() {
            escape(writer, character)?;
        }
        rest = characters.as_str();
    }
    writer.write_str(rest)
}

/// Printable ASCII without quotes and backslashes, which nothing escapes. Found without a look at each character.
fn is_plain(text: &str) -> bool {
    // Counted, since a loop without an early end is one that looks at a whole block at once.
    let in_block = |block: &[u8]| {
        let is_special = |byte: &&u8| !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'\\');
        block.iter().filter(is_special).count() == 0
    };
    let (blocks, rest) = text.as_bytes().as_chunks::<16>();
    blocks.iter().all(|block| in_block(block)) && in_block(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NASTY: &str = "a\n\u{1b}[31m\"b\\\u{7f}\u{9b}\0ü";

    #[test]
    fn what_is_escaped_is_never_plain() {
        for (index, character) in NASTY.char_indices() {
            let text = format!("{}{character}", "x".repeat(index * 5));
            let is_plain_letter = character.is_ascii_alphanumeric() || "[".contains(character);
            assert_eq!(is_plain(&text), is_plain_letter, "{text:?}");
        }
    }

    #[test]
    fn text_is_printable() {
        let mut text = String::new();
        Printable(&mut text).write_str(NASTY).unwrap();
        assert_eq!(text, r#"a\n\u{1b}[31m"b\\u{7f}\u{9b}\u{0}ü"#);
    }

    #[test]
    fn json_text_reads_back() {
        let mut text = String::new();
        JsonText(&mut text).write_str(NASTY).unwrap();
        assert!(!text.contains(char::is_control), "{text:?}");
        assert_eq!(
            serde_json::from_str::<String>(&format!("\"{text}\"")).unwrap(),
            NASTY
        );
    }
}
