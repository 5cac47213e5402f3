//! A newsroom to try things out with: `cargo run -p example-app -- seed`.

use skeleton_runtime::auth::Account;
use skeleton_runtime::prelude::*;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::models::{Article, Category, Comment, NewArticle, NewCategory, NewComment, Status};
use crate::models::{articles, categories, comments};

/// Of everybody that is made here, where it is not production.
pub const PASSWORD: &str = "correct horse battery";

/// Nobody else seeds between the look and the write.
const LOCK: &str = "newsroom seed";

const PEOPLE: [(&str, Role); 4] = [
    ("olga@example.com", Role::Owner),
    ("ann@example.com", Role::Admin),
    ("max@example.com", Role::Member),
    ("vera@example.com", Role::Viewer),
];

const SHELVES: [(&str, &str); 4] = [
    ("City", "What happens in town"),
    ("Science", "What is found out"),
    ("Sports", "Who won"),
    ("Letters", "What readers write"),
];

const HEADLINES: [&str; 8] = [
    "The bridge opens on Sunday",
    "A bakery that never closes",
    "What the moon is made of",
    "Bees find their way home",
    "A draw in the last minute",
    "The oldest runner of the race",
    "On the noise of trams",
    "In praise of rain",
];

const WORDS: [&str; 3] = [
    "I have seen it with my own eyes.",
    "Thank you for this.",
    "There is more to it than that.",
];

/// People, shelves, and articles with what readers say of them. What is there stays as it is.
///
/// # Errors
///
/// 503 while the database is out of reach.
pub async fn seed(seeder: Seeder) -> Result<()> {
    let mut people = Vec::new();
    for (email, role) in PEOPLE {
        people.push(seeder.account(email, role, PASSWORD).await?);
    }
    let [_, reader, writer, _] = people.as_slice() else {
        return Ok(());
    };
    let shelves = SHELVES.iter().zip(1..);
    seeder
        .each(
            "categories",
            shelves,
            async |((name, description), position)| {
                let new = NewCategory {
                    name: (*name).to_owned(),
                    description: Some((*description).to_owned()),
                    position,
                };
                seeder.repository::<Category>().create(new).await?;
                Ok(Seeded::Made)
            },
        )
        .await?;
    let headlines = HEADLINES.iter().enumerate();
    seeder
        .each("articles", headlines, async |(place, title)| {
            article(&seeder, writer, place, title).await
        })
        .await?;
    let words = HEADLINES
        .iter()
        .enumerate()
        .flat_map(|(place, title)| WORDS.iter().take(place % 4).map(move |word| (title, word)));
    seeder
        .each("comments", words, async |(title, word)| {
            comment(&seeder, reader, title, word).await
        })
        .await
}

/// Titles need not be unique, so it is looked for.
async fn article(seeder: &Seeder, writer: &Account, place: usize, title: &str) -> Result<Seeded> {
    let status = match place % 4 {
        3 => Status::Draft,
        _ => Status::Published,
    };
    let shelf = SHELVES[place / 2 % SHELVES.len()].0;
    let articles = seeder.repository_of::<Article>(writer);
    let made = articles.transaction(async |cx| {
        cx.lock(LOCK).await?;
        let connection = cx.connection().await?;
        let known = articles::table.filter(articles::title.eq(title));
        if known.count().get_result::<i64>(connection).await? > 0 {
            return Ok(Seeded::There);
        }
        let shelf = categories::table.filter(categories::name.eq(shelf));
        let category = shelf.select(categories::id).first(connection).await;
        let new = NewArticle {
            title: title.to_owned(),
            slug: String::new(),
            body: format!("{title}. More of it stands in the printed edition."),
            status,
            views: 0,
            rating: None,
            metadata: None,
            category_id: category.optional()?,
            published_at: (status == Status::Published).then(Utc::now),
        };
        cx.repository::<Article>().create(new).await?;
        Ok(Seeded::Made)
    });
    made.await
}

async fn comment(seeder: &Seeder, reader: &Account, title: &str, word: &str) -> Result<Seeded> {
    let comments = seeder.repository_of::<Comment>(reader);
    let made = comments.transaction(async |cx| {
        cx.lock(LOCK).await?;
        let connection = cx.connection().await?;
        let article = articles::table.filter(articles::title.eq(title));
        let article = article.order(articles::id).select(articles::id);
        let article_id: Uuid = article.first(connection).await?;
        let known = comments::table.filter(comments::article_id.eq(article_id));
        let known = known.filter(comments::body.eq(word));
        if known.count().get_result::<i64>(connection).await? > 0 {
            return Ok(Seeded::There);
        }
        let new = NewComment {
            article_id,
            body: word.to_owned(),
        };
        cx.repository::<Comment>().create(new).await?;
        Ok(Seeded::Made)
    });
    made.await
}
