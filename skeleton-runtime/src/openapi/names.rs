//! Names in the document: of components, operations and tags.

use crate::resource::Meta;

/// The component schemas that are not of resources. A resource can't have one of these names.
pub const OWN_SCHEMAS: [&str; 15] = [
    "AuthAccount",
    "AuthCredentials",
    "AuthGrant",
    "AuthPasswordChange",
    "AuthRefreshToken",
    "AuthRegistration",
    "AuthSession",
    "AuthSessionList",
    "AuthSetup",
    "Fault",
    "Health",
    "JwkSet",
    "Problem",
    "Readiness",
    "TokenResponse",
];

/// The component schemas of a resource: `Article`, `NewArticle`, `ArticleChanges`, `ArticleReplacement`,
/// `ArticlePage`, `ArticleBulk`, `ArticleBulkAnswer`, `ArticleFields`, `ArticleFieldsPage`. No two resources may share
/// one.
#[doc(hidden)]
pub fn schema_names(meta: &Meta) -> [String; 9] {
    let name = meta.name;
    [
        name.to_owned(),
        format!("New{name}"),
        format!("{name}Changes"),
        format!("{name}Replacement"),
        format!("{name}Page"),
        format!("{name}Bulk"),
        format!("{name}BulkAnswer"),
        format!("{name}Fields"),
        format!("{name}FieldsPage"),
    ]
}

/// The struct's name in snake case, as in `create_article`.
pub(super) fn singular(meta: &Meta) -> String {
    let mut snake = String::with_capacity(meta.name.len() + 4);
    let mut characters = meta.name.chars().peekable();
    let mut previous = None::<char>;
    while let Some(character) = characters.next() {
        let begins_word = character.is_uppercase()
            && previous.is_some_and(|previous| {
                !previous.is_uppercase()
                    || characters.peek().is_some_and(|next| next.is_lowercase())
            });
        if begins_word {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
        previous = Some(character);
    }
    snake
}

/// The path in snake case, as in `list_articles`; it is the tag too, since no two resources share a path.
pub(super) fn plural(meta: &Meta) -> String {
    from_path(meta.path)
}

/// The literal segments of a path in snake case, `_` between them.
pub(super) fn from_path(path: &str) -> String {
    let segments = path
        .split('/')
        .filter(|segment| !segment.is_empty() && !segment.starts_with('{'));
    segments
        .map(|segment| segment.replace(['-', '.'], "_"))
        .collect::<Vec<_>>()
        .join("_")
}

/// A name of the document as words for people.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(name: &'static str, path: &'static str) -> Meta {
        Meta::new(name, "unused", path, &[], 0)
    }

    #[test]
    fn names_follow_struct_and_path() {
        let meta = meta("HTTPLogEntry", "/admin/log-entries");
        assert_eq!(singular(&meta), "http_log_entry");
        assert_eq!(plural(&meta), "admin_log_entries");
        assert_eq!(words(&plural(&meta)), "admin log entries");
        assert_eq!(schema_names(&meta)[1], "NewHTTPLogEntry");
    }
}
