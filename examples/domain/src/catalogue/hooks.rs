use skeleton_runtime::prelude::*;

use super::{Book, BookChanges, NewBook};

/// Makes of titles what stands on the shelf.
#[derive(Debug)]
pub(super) struct Cataloguer;

impl Hooks<Book> for Cataloguer {
    async fn before_create(_: &mut Context<'_>, new: &mut NewBook) -> Result<()> {
        new.shelf_title = shelf_title(&new.title);
        Ok(())
    }

    async fn before_update(_: &mut Context<'_>, _: &Book, changes: &mut BookChanges) -> Result<()> {
        if let Patch::Set(title) = &changes.title {
            changes.shelf_title = Patch::Set(shelf_title(title));
        }
        Ok(())
    }
}

/// The article goes to the end.
fn shelf_title(title: &str) -> String {
    let articles = ["The ", "A ", "An "];
    let article = articles.iter().find(|article| title.starts_with(**article));
    article.map_or_else(
        || title.to_owned(),
        |article| format!("{}, {}", &title[article.len()..], article.trim_end()),
    )
}

#[cfg(test)]
mod tests {
    use super::shelf_title;

    #[test]
    fn articles_stand_behind() {
        assert_eq!(shelf_title("The Hobbit"), "Hobbit, The");
        assert_eq!(shelf_title("An Ideal Husband"), "Ideal Husband, An");
        assert_eq!(shelf_title("Theory of Colours"), "Theory of Colours");
    }
}
