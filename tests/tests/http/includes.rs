//! `include` in the newsroom: rows of other resources embedded into rows.

use serde_json::{Value, json};
use skeleton_runtime::auth::Role;
use skeleton_runtime::test_util::{TestApp, count_queries};
use skeleton_tests::fenced;

use crate::common::{
    ANN, article, article_with, category, comment, expected, faults, on_both, path_of,
};

async fn answer(app: &TestApp, path: &str, role: Role) -> Value {
    app.get(path).as_role(role).send().await.expect(200).json()
}

/// The message of the one fault, which is that of `include`.
async fn refusal(app: &TestApp, path: &str, role: Role, code: &str) -> String {
    let response = app.get(path).as_role(role).send().await;
    let problem = response.expect_problem(400, "invalid_query");
    assert_eq!(
        faults(&problem),
        expected(&[("include", code)]),
        "{path}: {problem}"
    );
    problem["errors"][0]["message"].as_str().unwrap().to_owned()
}

/// Two articles: one on a shelf and with comments, one with neither.
async fn newsroom(app: &TestApp) -> (Value, Value) {
    let news = category(app, "News").await;
    let body = json!({"title": "full", "body": "", "category_id": news["id"]});
    let full = article_with(app, &body).await;
    for _ in 0..2 {
        comment(app, &full).await;
    }
    (full, article(app, "bare").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_embedded_as_their_own_endpoints_show_them() {
    on_both(async |app| {
        let (full, bare) = newsroom(app).await;
        let all = "include=comments,author,category";
        let page = answer(app, &format!("/articles?sort=title&{all}"), Role::Admin).await;
        let id = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        let author = answer(
            app,
            &format!("/users/{}", id(&full, "author_id")),
            Role::Admin,
        )
        .await;
        let category = id(&full, "category_id");
        let category = answer(app, &format!("/categories/{category}"), Role::Admin).await;
        let comments = format!("/comments?article_id={}", id(&full, "id"));
        let comments = answer(app, &comments, Role::Admin).await["items"].take();
        assert_eq!(comments.as_array().unwrap().len(), 2);
        let with = |row: &Value, category: &Value, comments: &Value| {
            let mut row = row.clone();
            row["author"] = author.clone();
            row["category"] = category.clone();
            row["comments"] = comments.clone();
            row
        };
        let bare = with(&bare, &Value::Null, &json!([]));
        let full = with(&full, &category, &comments);
        assert_eq!(page["items"], json!([bare, full]));
        let one = format!("{}?{all}", path_of("/articles", &full));
        assert_eq!(answer(app, &one, Role::Admin).await, full);
        let of_comment = format!("/comments?include=article&article_id={}", id(&full, "id"));
        let of_comment = answer(app, &of_comment, Role::Viewer).await;
        assert_eq!(of_comment["items"][1]["article"]["title"], "full");
        let text = app
            .get(&format!("/articles?{all}"))
            .as_role(Role::Admin)
            .send()
            .await
            .text();
        let at = |name: &str| text.find(name).unwrap();
        assert!(
            at("\"category\":") < at("\"author\":") && at("\"author\":") < at("\"comments\":"),
            "in the order of the declarations: {text}"
        );
        assert!(!text.contains("password"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relation_whose_target_one_may_not_read_is_unknown() {
    on_both(async |app| {
        let (full, _) = newsroom(app).await;
        let one = path_of("/articles", &full);
        for path in ["/articles", &one] {
            for name in ["author", "nobody", "author_id"] {
                let path = format!("{path}?include={name}");
                let message = refusal(app, &path, Role::Member, "unknown").await;
                assert_eq!(message, "includes are: category, comments");
            }
            let path = format!("{path}?include=author");
            answer(app, &path, Role::Admin).await;
        }
        let message = refusal(app, "/articles?include=nobody", Role::Admin, "unknown").await;
        assert_eq!(message, "includes are: category, author, comments");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_say_what_there_is() {
    on_both(async |app| {
        let told = [
            (
                "/articles?include=",
                "unknown",
                "includes are: category, comments",
            ),
            (
                "/articles?include=category,",
                "unknown",
                "includes are: category, comments",
            ),
            (
                "/articles?include=category,comments,category",
                "repeated",
                "names category twice",
            ),
            (
                "/articles?include=comments.article",
                "range",
                "a path is at most 1 deep here",
            ),
            (
                "/articles?include=comments.",
                "range",
                "a path is at most 1 deep here",
            ),
            (
                "/articles?include=category&include=comments",
                "repeated",
                "is given twice",
            ),
        ];
        for (path, code, message) in told {
            assert_eq!(
                refusal(app, path, Role::Viewer, code).await,
                message,
                "{path}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_includes_has_no_such_parameter() {
    on_both(async |app| {
        let nothing = refusal(app, "/categories?include=articles", Role::Viewer, "unknown").await;
        assert!(nothing.starts_with("unknown parameter; there are: count, cursor, fields, limit,"));
        let response = app
            .get("/articles?colour=red")
            .as_role(Role::Viewer)
            .send()
            .await;
        let problem = response.expect_problem(400, "invalid_query");
        let message = problem["errors"][0]["message"].as_str().unwrap();
        assert!(
            message.contains("count, cursor, fields, include, limit, q, sort"),
            "{message}"
        );
        let body = json!({"title": "a", "body": ""});
        let response = app
            .post("/articles?include=category")
            .as_role(Role::Member)
            .json(&body);
        let problem = response.send().await.expect_problem(400, "invalid_query");
        assert_eq!(
            faults(&problem),
            expected(&[("include", "unknown")]),
            "writes have none"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_rows_in_it_a_row_has_no_tag() {
    on_both(async |app| {
        let (full, _) = newsroom(app).await;
        let path = path_of("/articles", &full);
        let plain = app
            .get(&path)
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200);
        let tag = plain.header("etag").unwrap();
        let request = app
            .get(&format!("{path}?include=comments"))
            .as_role(Role::Viewer);
        let response = request
            .header("if-none-match", tag)
            .send()
            .await
            .expect(200);
        assert_eq!(response.header("etag"), None);
        app.get("/articles/00000000-0000-7000-8000-000000000000?include=comments")
            .as_role(Role::Viewer)
            .send()
            .await
            .expect_problem(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_stand_beside_the_fields_that_were_chosen() {
    on_both(async |app| {
        let (full, _) = newsroom(app).await;
        let query = "fields=title&include=comments,category";
        let keys = |row: &Value| row.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let one = format!("{}?{query}", path_of("/articles", &full));
        let one = answer(app, &one, Role::Viewer).await;
        assert_eq!(keys(&one), ["category", "comments", "title"]);
        let page = answer(app, &format!("/articles?{query}&sort=-title"), Role::Viewer).await;
        assert_eq!(keys(&page["items"][0]), ["category", "comments", "title"]);
        assert_eq!(page["items"][0]["comments"].as_array().unwrap().len(), 2);
        assert_eq!(
            page["items"][1],
            json!({"title": "bare", "category": null, "comments": []})
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_lead_on_with_the_same_includes() {
    on_both(async |app| {
        for title in ["a", "b", "c"] {
            let row = article(app, title).await;
            comment(app, &row).await;
        }
        let mut path = "/articles?limit=1&sort=title&fields=id&include=comments".to_owned();
        for number in 0..3 {
            let response = app
                .get(&path)
                .as_role(Role::Viewer)
                .send()
                .await
                .expect(200);
            let item = response.json()["items"][0].take();
            assert_eq!(item["comments"][0]["article_id"], item["id"], "{number}");
            let Some(link) = response.header("link") else {
                assert_eq!(number, 2);
                continue;
            };
            path = link.split(['<', '>']).nth(1).unwrap().to_owned();
        }
        let cursor = answer(app, "/articles?limit=1", Role::Viewer).await;
        let cursor = cursor["next_cursor"].as_str().unwrap();
        let path = format!("/articles?limit=1&include=comments&cursor={cursor}");
        answer(app, &path, Role::Viewer).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_relation_is_one_query_whatever_the_size_of_the_page() {
    on_both(async |app| {
        let news = category(app, "News").await;
        for number in 0..50 {
            let body = json!({"title": format!("{number}"), "body": "", "category_id": news["id"]});
            let row = article_with(app, &body).await;
            if number % 2 == 0 {
                comment(app, &row).await;
            }
        }
        let token = app.token("admin@example.com", Role::Admin).await;
        let queries = async |path: &str| {
            let (response, count) = count_queries(app.get(path).bearer(&token).send()).await;
            (response.expect(200).json(), count)
        };
        let (_, none) = queries("/articles?limit=50").await;
        for (include, relations) in [
            ("category", 1),
            ("comments", 1),
            ("author,category,comments", 3),
        ] {
            for limit in [1, 50] {
                let path = format!("/articles?limit={limit}&include={include}");
                let (page, count) = queries(&path).await;
                assert_eq!(page["items"].as_array().unwrap().len(), limit);
                assert_eq!(count, none + relations, "{path}");
            }
        }
        let (page, count) = queries("/articles?title=none&include=author,comments").await;
        assert_eq!(page["items"], json!([]));
        assert_eq!(count, none, "there is nothing to look for");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openapi_tells_of_includes() {
    on_both(async |app| {
        let document = app.get("/openapi.json").send().await.expect(200).json();
        for path in ["/articles", "/articles/{id}"] {
            let parameters = document["paths"][path]["get"]["parameters"].as_array();
            let named = |parameter: &&Value| parameter["name"] == "include";
            let include = parameters.unwrap().iter().find(named).unwrap();
            let names = json!(["category", "author", "comments"]);
            assert_eq!(include["schema"]["items"]["enum"], names);
        }
        let article = &document["components"]["schemas"]["Article"];
        let properties = &article["properties"];
        assert_eq!(
            properties["author"]["oneOf"][0]["$ref"],
            "#/components/schemas/User"
        );
        assert_eq!(
            properties["comments"]["items"]["$ref"],
            "#/components/schemas/Comment"
        );
        let required = article["required"].as_array().unwrap();
        assert!(!required.contains(&json!("author")));
    })
    .await;
}

/// The names of objects, in place of all else.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), shape(member)))
            .collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        _ => Value::Null,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_the_documentation_is_true() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/lists.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (requests, answers) = (fenced(&text, "http"), fenced(&text, "json"));
    assert_eq!((requests.len(), answers.len()), (1, 1));
    let shown: Value = serde_json::from_str(&answers[0]).unwrap();
    let path = requests[0].trim().strip_prefix("GET ").unwrap();
    on_both(async |app| {
        let news = category(app, "News").await;
        let body = json!({"title": "Hello", "body": "", "category_id": news["id"]});
        let row = article_with(app, &body).await;
        let body = json!({"article_id": row["id"], "body": "Well said."});
        let request = app
            .post("/comments")
            .as_account(ANN, Role::Member)
            .json(&body);
        request.send().await.expect(201);
        assert_eq!(shape(&answer(app, path, Role::Viewer).await), shape(&shown));
    })
    .await;
}
