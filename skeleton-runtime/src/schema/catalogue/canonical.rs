//! SQL of one meaning in one spelling.

use std::sync::LazyLock;

use regex::Regex;

/// Texts, casts, names in quotes, words, numbers, operators.
static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let cast = r"::(?:[a-z_]+(?: precision| varying| with time zone| without time zone)?)(?:\(\d+(?:,\d+)?\))?(?:\[\])?";
    let rest = r#"'(?:[^']|'')*'|"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_]*|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[<>=!|]+|[^\s()]"#;
    Regex::new(&format!("{cast}|{rest}")).ok()
});

/// Words in lower case, without casts, parentheses, needless quotes and spaces.
pub(super) fn canonical(sql: &str) -> String {
    let Some(tokens) = TOKEN.as_ref() else {
        return sql.to_owned();
    };
    let mut words: Vec<String> = Vec::new();
    for token in tokens.find_iter(sql) {
        let token = token.as_str();
        if token.starts_with("::") {
            continue;
        }
        let word = if token.starts_with('"') {
            token.trim_matches('"').replace("\"\"", "\"")
        } else if token.starts_with('\'') {
            plain(token)
        } else {
            without_exponent(token.to_lowercase())
        };
        // `- 5` and `-5`
        match words.last_mut() {
            Some(sign) if sign == "-" && word.starts_with(|digit: char| digit.is_ascii_digit()) => {
                sign.push_str(&word);
            }
            _ => words.push(word),
        }
    }
    words.join(" ")
}

/// A text in quotes: PostgreSQL puts numbers in them, as `'-5'`, and spaces into documents.
fn plain(text: &str) -> String {
    let inner = text.trim_matches('\'');
    if inner.parse::<f64>().is_ok_and(f64::is_finite) {
        return without_exponent(inner.to_owned());
    }
    let is_document = inner.starts_with(['{', '[']);
    match serde_json::from_str::<serde_json::Value>(&inner.replace("''", "'")) {
        Ok(document) if is_document => format!("'{document}'"),
        _ => text.to_owned(),
    }
}

/// `1e-7` as `0.0000001`
fn without_exponent(number: String) -> String {
    let begins_well = number.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    match number.parse::<f64>() {
        Ok(value) if begins_well && number.contains('e') => value.to_string(),
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_meaning_has_one_spelling() {
        for (written, shown) in [
            (
                "char_length(title) >= 1 AND char_length(title) <= 20",
                "((char_length(title) >= 1) AND (char_length(title) <= 20))",
            ),
            ("x >= -5", "(x >= '-5'::integer)"),
            (
                "s = ANY (ARRAY['a', 'b'])",
                "(s = ANY (ARRAY['a'::text, 'b'::text]))",
            ),
            ("x >= 0.5", "(x >= (0.5)::double precision)"),
            (
                "\"order\" IN ('it''s ::text (x)')",
                "(\"order\"  in ('it''s ::text (x)'::text))",
            ),
        ] {
            assert_eq!(canonical(written), canonical(shown));
        }
        assert_ne!(canonical("x = 'A'"), canonical("x = 'a'"));
    }
}
