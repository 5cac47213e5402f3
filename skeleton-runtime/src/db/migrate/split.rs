//! One statement after the other, of a text that has several.

/// The statements of `sql`, each from its first comment to its semicolon.
pub(super) fn statements(sql: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let mut rest = sql;
    while let Some(end) = end_of_first(rest) {
        let (statement, behind) = rest.split_at(end);
        statements.push(statement.trim());
        rest = behind;
    }
    if !is_blank(rest) {
        statements.push(rest.trim());
    }
    statements.retain(|statement| !is_blank(statement.trim_end_matches(';')));
    statements
}

/// Behind the first semicolon that ends a statement.
fn end_of_first(sql: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(first) = sql.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = &sql[at..];
        at += match first {
            ';' => return Some(at + 1),
            '\'' | '"' => quoted(rest, first),
            '$' => dollar_quoted(rest),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => comment(rest),
            other => other.len_utf8(),
        };
    }
    None
}

/// The length of `'…'`; a doubled quote within ends one and begins another.
fn quoted(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

/// The length of `$$…$$` or `$tag$…$tag$`; of the dollar alone where it begins none, as `$1`.
fn dollar_quoted(text: &str) -> usize {
    let Some(end) = text[1..].find('$') else {
        return 1;
    };
    let tag = &text[..end + 2];
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let name = &tag[1..=end];
    if !name.chars().all(is_name) || name.starts_with(|first: char| first.is_ascii_digit()) {
        return 1;
    }
    let body = &text[tag.len()..];
    body.find(tag).map_or(text.len(), |end| tag.len() * 2 + end)
}

/// The length of a comment, in which others may stand.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// Whether there is nothing but comments of lines.
fn is_blank(sql: &str) -> bool {
    let mut lines = sql.lines().map(str::trim);
    lines.all(|line| line.is_empty() || line.starts_with("--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_end_statements() {
        let sql = "-- One; of them.\nSELECT 1;\n\nSELECT ';', \"a;b\", 'it''s; fine' ; SELECT 3\n";
        let expected = [
            "-- One; of them.\nSELECT 1;",
            "SELECT ';', \"a;b\", 'it''s; fine' ;",
            "SELECT 3",
        ];
        assert_eq!(statements(sql), expected);
    }

    #[test]
    fn bodies_and_comments_are_whole() {
        let body = "CREATE FUNCTION f() AS $f$ BEGIN; a $$ b; END; $f$ LANGUAGE plpgsql;";
        let comment = "/* a; /* b; */ c; é */ SELECT $1;";
        assert_eq!(statements(&format!("{body}\n{comment}")), [body, comment]);
    }

    #[test]
    fn what_says_nothing_is_none() {
        assert_eq!(statements(""), Vec::<&str>::new());
        assert_eq!(statements("-- only; words\n ;\n;"), Vec::<&str>::new());
        assert_eq!(statements("SELECT 'open; "), ["SELECT 'open;"]);
    }
}
