//! Names as they are written in Rust, in tables and in files.

/// The words of a name in `CamelCase` or `snake_case`, in small letters; an acronym is one word.
pub(super) fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut begins = true;
    for (index, &letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            begins = true;
            continue;
        }
        let after_small = index > 0 && !letters[index - 1].is_uppercase();
        let next = letters.get(index + 1);
        let before_small = next.is_some_and(|next| next.is_lowercase());
        if begins || (letter.is_uppercase() && (after_small || before_small)) {
            words.push(String::new());
        }
        begins = false;
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// `BlogPost` → `blog_post`
pub(super) fn snake(name: &str) -> String {
    words(name).join("_")
}

/// `in_review` → `InReview`
pub(super) fn camel(name: &str) -> String {
    let mut camel = String::new();
    for word in words(name) {
        let mut letters = word.chars();
        camel.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        camel.extend(letters);
    }
    camel
}

/// `BlogPost` → `blog_posts`, by the commonest rules of English: it is for reading, and decides nothing.
pub(super) fn plural_snake(name: &str) -> String {
    let name = snake(name);
    let after_vowel = |stem: &str| stem.ends_with(['a', 'e', 'i', 'o', 'u']);
    match name.strip_suffix('y') {
        Some(stem) if !after_vowel(stem) => format!("{stem}ies"),
        _ if ["s", "x", "z", "ch", "sh"]
            .iter()
            .any(|end| name.ends_with(end)) =>
        {
            format!("{name}es")
        }
        _ => format!("{name}s"),
    }
}

/// Whether a word has a meaning of its own in the language, now or reserved.
pub(super) fn is_keyword(word: &str) -> bool {
    const KEYWORDS: &str = "abstract as async await become box break const continue crate do dyn else enum extern false \
        final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self Self static \
        struct super trait true try type typeof unsafe unsized use virtual where while yield";
    KEYWORDS.split_whitespace().any(|keyword| keyword == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_their_form() {
        assert_eq!(snake("BlogPost"), "blog_post");
        assert_eq!(snake("HTTPLog"), "http_log");
        assert_eq!(camel("in_review"), "InReview");
        assert_eq!(camel("my-service"), "MyService");
        for (one, many) in [
            ("BlogPost", "blog_posts"),
            ("Category", "categories"),
            ("Day", "days"),
            ("Box", "boxes"),
        ] {
            assert_eq!(plural_snake(one), many);
        }
    }
}
