//! From names in Rust to names of tables, paths, roles and values.

/// The words of a name in `CamelCase` or `snake_case`, in lower case; an acronym is one word (`HTTPLog`: http, log).
pub(crate) fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut begins = true;
    for (index, &letter) in letters.iter().enumerate() {
        if letter == '_' {
            begins = true;
            continue;
        }
        let after_small = index > 0 && !letters[index - 1].is_uppercase();
        let before_small = letters
            .get(index + 1)
            .is_some_and(|next| next.is_lowercase());
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

/// `BlogPost` → `blog_posts`
pub(crate) fn table_name(name: &str) -> String {
    plural_words(name).join("_")
}

/// `BlogPost` → `/blog-posts`
pub(crate) fn url_path(name: &str) -> String {
    format!("/{}", plural_words(name).join("-"))
}

/// `SeniorEditor` → `SENIOR_EDITOR`
pub(crate) fn role_name(name: &str) -> String {
    words(name).join("_").to_uppercase()
}

fn plural_words(name: &str) -> Vec<String> {
    let mut words = words(name);
    if let Some(last) = words.last_mut() {
        *last = plural(last);
    }
    words
}

/// The English plural, by the few rules that get most nouns right; where they don't, `table` and `path` say it.
fn plural(noun: &str) -> String {
    match noun {
        "news" | "series" | "species" | "media" | "data" => return noun.to_owned(),
        "person" => return "people".to_owned(),
        "child" => return "children".to_owned(),
        _ => {}
    }
    let before_y = noun
        .strip_suffix('y')
        .and_then(|stem| stem.chars().last().map(|last| (stem, last)));
    match before_y {
        Some((stem, last)) if !"aeiou".contains(last) => format!("{stem}ies"),
        _ if ["s", "x", "z", "ch", "sh"]
            .iter()
            .any(|end| noun.ends_with(end)) =>
        {
            format!("{noun}es")
        }
        _ => format!("{noun}s"),
    }
}

/// One of serde's rules for names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RenameRule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl RenameRule {
    /// As they are written in `#[serde(rename_all = "…")]`.
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("PascalCase", Self::Pascal),
        ("camelCase", Self::Camel),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, rule)| *rule)
    }

    /// The name of a variant, which is `CamelCase` in Rust; letter for letter as serde has it.
    pub(crate) fn apply_to_variant(self, variant: &str) -> String {
        match self {
            Self::Pascal => variant.to_owned(),
            Self::Lower => variant.to_ascii_lowercase(),
            Self::Upper => variant.to_ascii_uppercase(),
            Self::Camel => first_letter(variant, char::to_ascii_lowercase),
            Self::Snake => camel_to_snake(variant),
            Self::ScreamingSnake => camel_to_snake(variant).to_ascii_uppercase(),
            Self::Kebab => camel_to_snake(variant).replace('_', "-"),
            Self::ScreamingKebab => camel_to_snake(variant)
                .to_ascii_uppercase()
                .replace('_', "-"),
        }
    }

    /// The name of a field, which is `snake_case` in Rust; letter for letter as serde has it.
    pub(crate) fn apply_to_field(self, field: &str) -> String {
        match self {
            Self::Lower | Self::Snake => field.to_owned(),
            Self::Upper | Self::ScreamingSnake => field.to_ascii_uppercase(),
            Self::Pascal => snake_to_pascal(field),
            Self::Camel => first_letter(&snake_to_pascal(field), char::to_ascii_lowercase),
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn camel_to_snake(name: &str) -> String {
    let mut snake = String::new();
    for (index, letter) in name.char_indices() {
        if index > 0 && letter.is_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn snake_to_pascal(name: &str) -> String {
    name.split('_')
        .map(|word| first_letter(word, char::to_ascii_uppercase))
        .collect()
}

fn first_letter(word: &str, change: fn(&char) -> char) -> String {
    let mut letters = word.chars();
    letters.next().iter().map(change).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_paths() {
        for (name, table, path) in [
            ("Article", "articles", "/articles"),
            ("BlogPost", "blog_posts", "/blog-posts"),
            ("Category", "categories", "/categories"),
            ("Box", "boxes", "/boxes"),
            ("Address", "addresses", "/addresses"),
            ("Branch", "branches", "/branches"),
            ("Day", "days", "/days"),
            ("News", "news", "/news"),
            ("Person", "people", "/people"),
            ("HTTPLog", "http_logs", "/http-logs"),
            ("APIKey", "api_keys", "/api-keys"),
            ("Utf8Text", "utf8_texts", "/utf8-texts"),
        ] {
            assert_eq!(table_name(name), table);
            assert_eq!(url_path(name), path);
        }
    }

    #[test]
    fn roles() {
        assert_eq!(role_name("Admin"), "ADMIN");
        assert_eq!(role_name("SeniorEditor"), "SENIOR_EDITOR");
        assert_eq!(role_name("QAEngineer"), "QA_ENGINEER");
    }

    #[test]
    fn serde_rules() {
        let variants = RenameRule::ALL.map(|(_, rule)| rule.apply_to_variant("InReview"));
        let expected = [
            "inreview",
            "INREVIEW",
            "InReview",
            "inReview",
            "in_review",
            "IN_REVIEW",
            "in-review",
            "IN-REVIEW",
        ];
        assert_eq!(variants, expected);
        let fields = RenameRule::ALL.map(|(_, rule)| rule.apply_to_field("in_review"));
        let expected = [
            "in_review",
            "IN_REVIEW",
            "InReview",
            "inReview",
            "in_review",
            "IN_REVIEW",
            "in-review",
            "IN-REVIEW",
        ];
        assert_eq!(fields, expected);
    }
}
