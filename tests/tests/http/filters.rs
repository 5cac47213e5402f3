//! Every operator of filters, `q`, `fields` and `count`.

use serde_json::{Value, json};
use skeleton_runtime::auth::Role;
use skeleton_runtime::test_util::TestApp;

use crate::common::{article_with, category, expected, faults, on_both};

/// Six articles that differ in every way that a filter can ask for.
async fn shelf(app: &TestApp) -> Value {
    let news = category(app, "News").await;
    for (title, body, status, views, rating, shelved) in [
        ("Alpha", "first words", "draft", 1, json!("1.5"), true),
        ("alphabet", "second words", "draft", 2, json!("10"), false),
        (
            "BETA",
            "100% sure_ly \\ true",
            "archived",
            3,
            json!(null),
            false,
        ),
        ("straße", "Grüße", "archived", 4, json!("-2"), false),
        ("ΣΊΣΥΦΟΣ", "Sisyphos", "draft", 5, json!("9.75"), false),
        ("e,f", "comma", "draft", 6, json!(null), true),
    ] {
        let category = if shelved {
            news["id"].clone()
        } else {
            Value::Null
        };
        let body = json!({
            "title": title, "body": body, "status": status, "views": views, "rating": rating, "category_id": category,
        });
        article_with(app, &body).await;
    }
    news
}

/// The titles of a list, in the order of views.
async fn found(app: &TestApp, query: &str) -> Vec<String> {
    let path = format!("/articles?sort=views&{query}");
    let page = app
        .get(&path)
        .as_role(Role::Viewer)
        .send()
        .await
        .expect(200)
        .json();
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["title"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn comparisons() {
    on_both(async |app| {
        shelf(app).await;
        let cases: [(&str, &[&str]); 12] = [
            ("views__gt=4", &["ΣΊΣΥΦΟΣ", "e,f"]),
            ("views__gte=5&views__lte=5", &["ΣΊΣΥΦΟΣ"]),
            ("views__lt=2", &["Alpha"]),
            ("views__ne=1&views__ne=", &[]),
            ("rating__gt=2", &["alphabet", "ΣΊΣΥΦΟΣ"]),
            ("rating__lte=1.50", &["Alpha", "straße"]),
            (
                "rating__ne=10.0",
                &["Alpha", "BETA", "straße", "ΣΊΣΥΦΟΣ", "e,f"],
            ),
            ("status__ne=draft", &["BETA", "straße"]),
            ("title__gte=a", &["alphabet", "straße", "ΣΊΣΥΦΟΣ", "e,f"]),
            ("title__lt=a", &["Alpha", "BETA"]),
            (
                "created_at__gt=2020-01-01T00:00:00Z&views__lt=3",
                &["Alpha", "alphabet"],
            ),
            ("created_at__lt=2020-01-01T00:00:00Z", &[]),
        ];
        for (query, titles) in cases {
            if query.ends_with('=') {
                let path = format!("/articles?{query}");
                app.get(&path)
                    .as_role(Role::Viewer)
                    .send()
                    .await
                    .expect_problem(400, "invalid_query");
            } else {
                assert_eq!(found(app, query).await, titles, "{query}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_values() {
    on_both(async |app| {
        let news = shelf(app).await;
        assert_eq!(
            found(app, "views__in=1,3,6").await,
            ["Alpha", "BETA", "e,f"]
        );
        assert_eq!(found(app, "title__in=e%5C,f,BETA").await, ["BETA", "e,f"]);
        assert_eq!(found(app, "views__nin=1,2,3,4").await, ["ΣΊΣΥΦΟΣ", "e,f"]);
        assert_eq!(
            found(app, "rating__nin=1.5,10").await,
            ["BETA", "straße", "ΣΊΣΥΦΟΣ", "e,f"]
        );
        assert_eq!(found(app, "status__in=archived").await, ["BETA", "straße"]);
        let id = news["id"].as_str().unwrap();
        assert_eq!(
            found(app, &format!("category_id__in={id},{id}")).await,
            ["Alpha", "e,f"]
        );
        let many = vec!["1"; 101].join(",");
        let path = format!("/articles?views__in={many}");
        app.get(&path)
            .as_role(Role::Viewer)
            .send()
            .await
            .expect_problem(400, "invalid_query");
        assert_eq!(
            found(app, &format!("views__in={}", vec!["1"; 100].join(","))).await,
            ["Alpha"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_texts_in_any_case() {
    on_both(async |app| {
        shelf(app).await;
        let cases: [(&str, &[&str]); 9] = [
            ("title__contains=ALPHA", &["Alpha", "alphabet"]),
            ("title__contains=bet", &["alphabet", "BETA"]),
            ("title__starts_with=ALPHAb", &["alphabet"]),
            ("title__contains=STRASSE", &["straße"]),
            (
                "title__contains=%CF%83%CE%AF%CF%83%CF%85%CF%86%CE%BF%CF%82",
                &["ΣΊΣΥΦΟΣ"],
            ),
            ("title__contains=%25", &[]),
            ("title__contains=_", &[]),
            ("title__starts_with=,", &[]),
            ("title__contains=,", &["e,f"]),
        ];
        for (query, titles) in cases {
            assert_eq!(found(app, query).await, titles, "{query}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn null_is_found() {
    on_both(async |app| {
        shelf(app).await;
        assert_eq!(found(app, "rating__is_null=true").await, ["BETA", "e,f"]);
        assert_eq!(
            found(app, "rating__is_null=false&views__gt=1").await,
            ["alphabet", "straße", "ΣΊΣΥΦΟΣ"]
        );
        assert_eq!(
            found(app, "category_id__is_null=false").await,
            ["Alpha", "e,f"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_searched_in_the_marked_fields() {
    on_both(async |app| {
        shelf(app).await;
        assert_eq!(found(app, "q=WORDS").await, ["Alpha", "alphabet"]);
        assert_eq!(found(app, "q=words+alphab").await, ["alphabet"]);
        assert_eq!(found(app, "q=100%25+sure_ly+%5C").await, ["BETA"]);
        assert_eq!(found(app, "q=GR%C3%9CSSE").await, ["straße"]);
        for query in ["q=", "q=+", "q=1+2+3+4+5+6+7+8+9"] {
            let path = format!("/articles?{query}");
            app.get(&path)
                .as_role(Role::Viewer)
                .send()
                .await
                .expect_problem(400, "invalid_query");
        }
        app.get("/categories?q=a")
            .as_role(Role::Viewer)
            .send()
            .await
            .expect_problem(400, "invalid_query");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_fields_that_are_asked_for() {
    on_both(async |app| {
        shelf(app).await;
        let path = "/articles?fields=views,id&sort=-rating,title&limit=2&status=draft";
        let page = app
            .get(path)
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200)
            .json();
        let first = page["items"][0].as_object().unwrap();
        assert_eq!(first.keys().collect::<Vec<_>>(), ["id", "views"]);
        assert_eq!(
            (&page["items"][0]["views"], &page["items"][1]["views"]),
            (&json!(6), &json!(2))
        );
        let cursor = page["next_cursor"].as_str().unwrap();
        let next = app
            .get(&format!("{path}&cursor={cursor}"))
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200)
            .json();
        let views: Vec<_> = next["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["views"].clone())
            .collect();
        assert_eq!(
            views,
            [5, 1],
            "the order goes on by fields that are not shown"
        );

        let id = page["items"][0]["id"].as_str().unwrap();
        let one = app
            .get(&format!("/articles/{id}?fields=title"))
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200);
        assert_eq!(
            (one.header("etag"), one.json()),
            (None, json!({"title": "e,f"}))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_checked() {
    on_both(async |app| {
        let one = article_with(app, &json!({"title": "A", "body": ""})).await;
        let id = one["id"].as_str().unwrap();
        for query in [
            "fields=",
            "fields=colour",
            "fields=id,id",
            "fields=id&fields=title",
        ] {
            let path = format!("/articles?{query}");
            app.get(&path)
                .as_role(Role::Viewer)
                .send()
                .await
                .expect_problem(400, "invalid_query");
            let path = format!("/articles/{id}?{query}");
            app.get(&path)
                .as_role(Role::Viewer)
                .send()
                .await
                .expect_problem(400, "invalid_query");
        }
        let path = format!("/articles/{id}?limit=1");
        app.get(&path)
            .as_role(Role::Viewer)
            .send()
            .await
            .expect_problem(400, "invalid_query");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_total_counts_all_pages() {
    on_both(async |app| {
        shelf(app).await;
        for (query, total) in [
            ("limit=1", 6),
            ("status=draft&limit=2", 4),
            ("q=words", 2),
            ("views__gt=99", 0),
        ] {
            let path = format!("/articles?count=true&{query}");
            let page = app
                .get(&path)
                .as_role(Role::Viewer)
                .send()
                .await
                .expect(200)
                .json();
            assert_eq!(page["total"], total, "{query}");
        }
        let page = app
            .get("/articles?count=false")
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(page.get("total"), None);
        app.get("/articles?count=1")
            .as_role(Role::Viewer)
            .send()
            .await
            .expect_problem(400, "invalid_query");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_exist_where_the_type_has_them() {
    on_both(async |app| {
        let query = "status__gt=draft&views__contains=1&title__is_null=true&views__like=1&metadata__contains=a&rating__gte=x";
        let response = app.get(&format!("/articles?{query}")).as_role(Role::Viewer).send().await;
        let problem = response.expect_problem(400, "invalid_query");
        let all = [
            ("status__gt", "unknown"),
            ("views__contains", "unknown"),
            ("title__is_null", "unknown"),
            ("views__like", "unknown"),
            ("metadata__contains", "unknown"),
            ("rating__gte", "type"),
        ];
        assert_eq!(faults(&problem), expected(&all));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_is_bound_to_operators_and_words() {
    on_both(async |app| {
        shelf(app).await;
        let first = "sort=views&limit=1&views__gt=1&q=words";
        let page = app
            .get(&format!("/articles?{first}"))
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(page["next_cursor"], Value::Null, "one article alone");
        let page = app
            .get("/articles?sort=views&limit=1&views__gt=1")
            .as_role(Role::Viewer)
            .send()
            .await;
        let cursor = page.expect(200).json()["next_cursor"]
            .as_str()
            .unwrap()
            .to_owned();
        for other in [
            "views__gte=1",
            "views__gt=2",
            "views__gt=1&q=words",
            "views__gt=1&title__contains=a",
        ] {
            let path = format!("/articles?sort=views&limit=1&{other}&cursor={cursor}");
            app.get(&path)
                .as_role(Role::Viewer)
                .send()
                .await
                .expect_problem(400, "invalid_cursor");
        }
    })
    .await;
}
