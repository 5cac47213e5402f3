//! What the newsroom does around its writes.

use std::collections::HashSet;

use skeleton_runtime::prelude::*;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::models::{Article, ArticleChanges, NewArticle, Status, articles};

/// Longer slugs are cut.
const LONGEST_SLUG: usize = 80;

/// The newsroom's rules beyond those of single fields.
#[derive(Debug)]
pub struct Newsroom;

impl Hooks<Article> for Newsroom {
    async fn before_create(cx: &mut Context<'_>, new: &mut NewArticle) -> Result<()> {
        refuse_to_publish(new.status, new.published_at.is_some())?;
        new.slug = free_slug(cx, &new.title).await?;
        Ok(())
    }

    async fn before_update(
        _: &mut Context<'_>,
        article: &Article,
        changes: &mut ArticleChanges,
    ) -> Result<()> {
        match changes.status {
            // One that is published may stay so.
            Patch::Set(status) if article.status != Status::Published => {
                refuse_to_publish(status, matches!(changes.published_at, Patch::Set(Some(_))))
            }
            _ => Ok(()),
        }
    }
}

/// No body has `published_at`, so what comes without it is not from `publish`.
fn refuse_to_publish(status: Status, has_time: bool) -> Result<()> {
    if status != Status::Published || has_time {
        return Ok(());
    }
    let message = "takes POST /articles/{id}/publish";
    Err(Error::validation(vec![Fault::new(
        "status", "publish", message,
    )]))
}

/// The title as it may stand in a URL, with a number behind it where another article has it already.
async fn free_slug(cx: &mut Context<'_>, title: &str) -> Result<String> {
    let slug = slug(title);
    // Nobody takes a slug between the look and the write.
    cx.lock(&format!("articles.slug {}", stem(&slug))).await?;
    let connection = cx.connection().await?;
    let taken: Vec<String> = articles::table
        .filter(
            articles::slug
                .eq(&slug)
                .or(articles::slug.like(format!("{slug}-%"))),
        )
        .select(articles::slug)
        .load(connection)
        .await?;
    let given = cx.extensions().get_or_insert_default::<GivenSlugs>();
    let is_free = |slug: &String| !taken.contains(slug) && !given.0.contains(slug);
    let numbered = (2..).map(|number| format!("{slug}-{number}"));
    let mut candidates = std::iter::once(slug.clone()).chain(numbered);
    let free = candidates.find(is_free).unwrap_or(slug);
    given.0.insert(free.clone());
    Ok(free)
}

/// The slugs of a bulk create's articles, none of which is in the table yet.
#[derive(Clone, Default)]
struct GivenSlugs(HashSet<String>);

/// Letters and digits in lower case, with a hyphen for whatever stands between them.
fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for letter in title.chars().flat_map(char::to_lowercase) {
        if slug.chars().count() >= LONGEST_SLUG {
            break;
        }
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "article" } else { slug }.to_owned()
}

/// A slug without the numbers behind it. Those of one stem may want the same slug: `a`, where there is one, and `a-2`.
fn stem(slug: &str) -> &str {
    let mut stem = slug;
    while let Some((before, number)) = stem.rsplit_once('-')
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        stem = before;
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_slugs_share_their_stem() {
        assert_eq!(
            ["a", "a-2", "a-2-10", "a-b", "a-2b", "2"].map(stem),
            ["a", "a", "a", "a-b", "a-2b", "2"]
        );
    }

    #[test]
    fn slugs_are_of_letters_digits_and_hyphens() {
        assert_eq!(slug("Hello, World!"), "hello-world");
        assert_eq!(slug("  Über 100 %  "), "über-100");
        assert_eq!(slug("!!!"), "article");
        assert_eq!(slug(&"a".repeat(200)).len(), LONGEST_SLUG);
        assert_eq!(
            slug("a_b%c\\d"),
            "a-b-c-d",
            "nothing that LIKE has a meaning for"
        );
    }
}
