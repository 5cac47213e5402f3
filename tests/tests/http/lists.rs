//! Lists: pages, cursors, sorts and equality filters.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use skeleton_runtime::auth::Role;
use skeleton_runtime::axum::http::Uri;
use skeleton_runtime::test_util::TestApp;

use crate::common::{ANN, article, article_with, category, expected, faults, on_both, path_of};

async fn page(app: &TestApp, query: &str) -> Value {
    app.get(&format!("/articles{query}"))
        .as_role(Role::Viewer)
        .send()
        .await
        .expect(200)
        .json()
}

fn titles(page: &Value) -> Vec<String> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap().to_owned())
        .collect()
}

/// Walks all pages of a query and returns the titles.
async fn walk(app: &TestApp, query: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for _ in 0..100 {
        let page = page(app, &format!("?{query}{cursor}")).await;
        seen.extend(titles(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return seen,
        }
    }
    panic!("the walk of {query} has no end: {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_come_first() {
    on_both(async |app| {
        assert_eq!(
            page(app, "").await,
            json!({"items": [], "next_cursor": null})
        );
        for title in ["one", "two", "three"] {
            article(app, title).await;
        }
        assert_eq!(titles(&page(app, "").await), ["three", "two", "one"]);
        assert_eq!(walk(app, "limit=1").await, ["three", "two", "one"]);
        assert_eq!(
            walk(app, "limit=2&sort=created_at").await,
            ["one", "two", "three"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sorts_with_ties_and_nulls_are_walked_to_the_end() {
    on_both(async |app| {
        for (title, views, rating) in [
            ("a", 1, json!("10.5")),
            ("b", 1, json!(null)),
            ("c", 2, json!("9.75")),
            ("d", 2, json!(null)),
            ("e", 2, json!("-1")),
            ("f", 3, json!("10.50")),
        ] {
            article_with(
                app,
                &json!({"title": title, "body": "", "views": views, "rating": rating}),
            )
            .await;
        }
        for limit in [1, 2, 3, 100] {
            let walked = walk(app, &format!("limit={limit}&sort=rating,title")).await;
            assert_eq!(
                walked,
                ["e", "c", "a", "f", "b", "d"],
                "decimals compare as numbers, NULL is the largest"
            );
            let walked = walk(app, &format!("limit={limit}&sort=-rating,-title")).await;
            assert_eq!(walked, ["d", "b", "f", "a", "c", "e"]);
            let walked = walk(app, &format!("limit={limit}&sort=-views,title")).await;
            assert_eq!(walked, ["f", "c", "d", "e", "a", "b"]);
            let walked = walk(app, &format!("limit={limit}&sort=views")).await;
            let expected = ["a", "b", "c", "d", "e", "f"].map(str::to_owned);
            assert_eq!(
                walked.iter().cloned().collect::<BTreeSet<_>>(),
                BTreeSet::from(expected)
            );
            assert_eq!(walked.len(), 6, "nothing comes twice");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_sorts_by_code_point() {
    on_both(async |app| {
        for title in ["b", "A", "a", "B", "é", "z", "_", "🚀", "ﬀ"] {
            article(app, title).await;
        }
        assert_eq!(
            walk(app, "limit=2&sort=title").await,
            ["A", "B", "_", "a", "b", "z", "é", "ﬀ", "🚀"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_are_equality_and_joined_by_and() {
    on_both(async |app| {
        let news = category(app, "News").await;
        article_with(
            app,
            &json!({"title": "a b&c", "body": "", "rating": "1.50", "category_id": news["id"]}),
        )
        .await;
        article_with(
            app,
            &json!({"title": "d", "body": "", "status": "archived", "views": 5}),
        )
        .await;
        let one = article(app, "e").await;
        assert_eq!(titles(&page(app, "?title=a+b%26c").await), ["a b&c"]);
        assert_eq!(
            titles(&page(app, "?rating=1.5").await),
            ["a b&c"],
            "1.5 is 1.50"
        );
        assert_eq!(
            titles(
                &page(
                    app,
                    &format!("?category_id={}", news["id"].as_str().unwrap())
                )
                .await
            ),
            ["a b&c"]
        );
        assert_eq!(titles(&page(app, "?status=archived&views=5").await), ["d"]);
        assert_eq!(
            titles(&page(app, "?status=archived&views=6").await),
            [""; 0]
        );
        let exact = one["created_at"].as_str().unwrap();
        assert_eq!(
            titles(&page(app, &format!("?created_at={exact}")).await),
            ["e"]
        );
        assert_eq!(
            titles(
                &page(
                    app,
                    &format!(
                        "?author_id={}&sort=title",
                        one["author_id"].as_str().unwrap()
                    )
                )
                .await
            )
            .len(),
            3
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_survives_inserts_and_deletes() {
    on_both(async |app| {
        let mut rows = Vec::new();
        for number in 0..6 {
            rows.push(article(app, &format!("{number}")).await);
        }
        let first = page(app, "?limit=2&sort=title").await;
        let cursor = first["next_cursor"].as_str().unwrap();
        article(app, "00").await;
        app.delete(&path_of("/articles", &rows[1]))
            .as_account(ANN, Role::Member)
            .send()
            .await
            .expect(204);
        let second = page(app, &format!("?limit=2&sort=title&cursor={cursor}")).await;
        assert_eq!(titles(&second), ["2", "3"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_is_good_for_its_own_list_alone() {
    on_both(async |app| {
        for number in 0..3 {
            article(app, &format!("{number}")).await;
        }
        let cursor = page(app, "?limit=1&sort=title").await["next_cursor"]
            .as_str()
            .unwrap()
            .to_owned();
        let mut altered = cursor.clone().into_bytes();
        altered[3] = if altered[3] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        let wrong = [
            format!("sort=-title&cursor={cursor}"),
            format!("cursor={cursor}"),
            format!("sort=title&cursor={altered}"),
            format!("sort=title&views=0&cursor={cursor}"),
            "sort=title&cursor=".into(),
            "cursor=%00".into(),
            "cursor=é".into(),
        ];
        for query in wrong {
            let response = app
                .get(&format!("/articles?{}", query.replace('é', "%C3%A9")))
                .as_role(Role::Viewer)
                .send()
                .await;
            let code = if query.contains("%00") {
                "invalid_query"
            } else {
                "invalid_cursor"
            };
            response.expect_problem(400, code);
        }
        let body = app
            .get(&format!("/articles?limit=2&sort=title&cursor={cursor}"))
            .as_role(Role::Viewer)
            .send()
            .await;
        assert_eq!(
            titles(&body.expect(200).json()),
            ["1", "2"],
            "another page size is no other list"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_leads_to_the_next_page() {
    on_both(async |app| {
        for number in 0..3 {
            article(app, &format!("{number}")).await;
        }
        let response = app
            .get("/articles?limit=2&sort=title")
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200);
        let link = response.header("link").unwrap();
        let next = link
            .strip_prefix('<')
            .and_then(|link| link.strip_suffix(">; rel=\"next\""))
            .unwrap();
        let last = app.get(next).as_role(Role::Viewer).send().await.expect(200);
        assert_eq!(titles(&last.json()), ["2"]);
        assert_eq!(last.header("link"), None);
    })
    .await;
}

/// A client may send more than a URL's own characters; the link has them encoded.
#[tokio::test(flavor = "multi_thread")]
async fn the_link_leads_on_whatever_the_query_has() {
    on_both(async |app| {
        for number in 0..2 {
            article(app, &format!("{number}")).await;
        }
        let raw = (1..=0x100_u32).chain([0x1f680]).filter_map(char::from_u32);
        let mut sent = 0;
        for character in raw.filter(|character| !"&+%".contains(*character)) {
            let path = format!("/articles?limit=1&sort=title&body__ne=a{character}b");
            // As a server would parse it from a socket; what it refuses never gets here.
            if path.parse::<Uri>().is_err() || character == '#' {
                continue;
            }
            sent += 1;
            let response = app
                .get(&path)
                .as_role(Role::Viewer)
                .send()
                .await
                .expect(200);
            let link = response
                .header("link")
                .unwrap_or_else(|| panic!("{character:?}"));
            let next = link
                .strip_prefix('<')
                .and_then(|link| link.strip_suffix(">; rel=\"next\""));
            let next = next.unwrap();
            assert!(!next.contains(['<', '>', '"']) && next.is_ascii(), "{next}");
            let last = app.get(next).as_role(Role::Viewer).send().await.expect(200);
            assert_eq!(titles(&last.json()), ["1"], "{next}");
        }
        assert!(sent > 100, "{sent} characters are told apart");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_query_comes_in_one_answer() {
    on_both(async |app| {
        let query =
            "limit=0&sort=body&colour=red&views=many&status=lost&title=a&title=b&metadata=1";
        let problem = app
            .get(&format!("/articles?{query}"))
            .as_role(Role::Viewer)
            .send()
            .await;
        let problem = problem.expect_problem(400, "invalid_query");
        let all = [
            ("limit", "range"),
            ("sort", "unknown"),
            ("colour", "unknown"),
            ("views", "type"),
            ("status", "enum"),
            ("title", "repeated"),
            ("metadata", "unknown"),
        ];
        assert_eq!(faults(&problem), expected(&all));
        for query in [
            "limit=101",
            "limit=-1",
            "limit=+5",
            "limit=",
            "limit=1.0",
            "sort=",
            "sort=title,-title",
            "title=%ff",
        ] {
            app.get(&format!("/articles?{query}"))
                .as_role(Role::Viewer)
                .send()
                .await
                .expect_problem(400, "invalid_query");
        }
        page(app, "?limit=100&").await;
    })
    .await;
}
