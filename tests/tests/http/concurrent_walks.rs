//! Walks while others insert and delete: what was there all the time comes once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use skeleton_runtime::auth::Role;
use skeleton_runtime::test_util::TestApp;

use crate::common::{ANN, article_with, on_both, path_of};

/// The rows that stay.
const STAYING: usize = 60;

/// Orders with ties and NULL in them, of one direction and of several.
const SORTS: [&str; 8] = [
    "-created_at",
    "title",
    "-views,title",
    "rating",
    "-rating",
    "rating,-views",
    "status,-published_at,title",
    "id",
];

/// The number's article: few values of everything, so that most rows tie.
fn body(number: usize) -> Value {
    let ratings = [json!(null), json!("1.0"), json!("1.00"), json!("-3")];
    json!({
        "title": format!("Title {}", number % 7),
        "body": "Text.",
        "views": number % 5,
        "rating": ratings[number % 4],
        "status": if number.is_multiple_of(3) { "archived" } else { "draft" },
    })
}

/// Inserts and deletes until it is told to stop; how many rows came and went.
async fn stir(app: &TestApp, first: usize, stop: &AtomicBool) -> usize {
    let mut rows = Vec::new();
    let mut number = first;
    while !stop.load(Ordering::Relaxed) {
        rows.push(article_with(app, &body(number)).await);
        number += 3;
        if rows.len() > 5 {
            let row = rows.remove(number % 5);
            let delete = app.delete(&path_of("/articles", &row));
            delete
                .as_account(ANN, Role::Member)
                .send()
                .await
                .expect(204);
        }
    }
    number
}

/// All ids that a walk shows, in its order.
async fn walk(app: &TestApp, query: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    // Others insert while it goes on, so that its end is not known beforehand.
    for _ in 0..1_000 {
        let page = app
            .get(&format!("/articles?limit=3&fields=id&{query}{cursor}"))
            .as_role(Role::Viewer);
        let page = page.send().await.expect(200).json();
        let ids = page["items"].as_array().unwrap().iter();
        seen.extend(ids.map(|item| item["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return seen,
        }
    }
    panic!("{query} has no end");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_comes_once() {
    on_both(async |app| {
        let mut staying = BTreeSet::new();
        for number in 0..STAYING {
            let row = article_with(app, &body(number)).await;
            staying.insert(row["id"].as_str().unwrap().to_owned());
        }
        let stop = AtomicBool::new(false);
        let walks = async {
            for sort in SORTS {
                let seen = walk(app, &format!("sort={sort}")).await;
                let distinct: BTreeSet<_> = seen.iter().cloned().collect();
                assert_eq!(distinct.len(), seen.len(), "{sort}: a row comes twice");
                let lost: Vec<_> = staying.difference(&distinct).collect();
                assert!(lost.is_empty(), "{sort}: {lost:?}");
            }
            stop.store(true, Ordering::Relaxed);
        };
        let (first, second, ()) = tokio::join!(stir(app, 1, &stop), stir(app, 2, &stop), walks);
        assert!(first > 3 && second > 3, "rows came and went meanwhile");
    })
    .await;
}
