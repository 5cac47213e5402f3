//! How the databases run the statements of lists: along an index, and over no more rows deep in a list than at its
//! start.
//!
//! The statements are the service's own, taken from where all of them pass.

use serde_json::Value;
use skeleton_runtime::auth::Role;
use skeleton_runtime::db::{AnyBackend, Connection, Statement};
use skeleton_runtime::test_util::{TestApp, statements};

use crate::common::{category, on_both};

/// The rows of a page: a thousand pages are three thousand rows.
const LIMIT: usize = 3;

/// The rows that a page may visit: its own, the one that tells whether there are more, and the first one of each part
/// that is merged into it.
const MOST_VISITED: u64 = 10;

/// Twenty thousand of each, in no order that any index has. One article in twenty lacks what it may lack.
const POSTGRES: [&str; 4] = [
    "INSERT INTO articles (id, title, slug, body, status, views, rating, category_id, author_id, published_at, \
         created_at, updated_at)
     SELECT (lpad(to_hex(n * 2654435761 & 4294967295), 8, '0') || lpad(to_hex(n), 24, '0'))::uuid,
         'Title ' || (n * 7919 % 20011), 'slug-' || (n * 7919 % 20011), 'Text.',
         (ARRAY['draft', 'published', 'archived'])[1 + n % 3], n * 31 % 1009,
         CASE WHEN n % 20 > 0 THEN (n % 97) / 10.0 END,
         CASE WHEN n % 20 > 0 THEN (SELECT id FROM categories WHERE position = n % 8) END,
         (SELECT id FROM users WHERE email LIKE 'writer-' || (n % 8) || '@%'),
         CASE WHEN n % 20 > 0 THEN timestamptz '2026-01-01Z' + n * 7919 % 20011 * interval '1 minute' END,
         timestamptz '2026-01-01Z' + n * 31 % 20011 * interval '1 minute',
         timestamptz '2026-02-01Z' + n * 37 % 20011 * interval '1 minute'
     FROM generate_series(1::bigint, 20000) AS n",
    "INSERT INTO comments (id, article_id, body, author_id, created_at)
     SELECT id, (ARRAY(SELECT id FROM articles ORDER BY title LIMIT 100))[1 + views % 100], 'Words.', author_id,
         created_at FROM articles",
    "INSERT INTO users (id, email, role, created_at, updated_at)
     SELECT id, slug || '@example.com', CASE WHEN views % 100 = 0 THEN 'ADMIN' ELSE 'VIEWER' END, created_at,
         updated_at FROM articles",
    "ANALYZE",
];

const SQLITE: [&str; 4] = [
    "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000)
     INSERT INTO articles (id, title, slug, body, status, views, rating, category_id, author_id, published_at, \
         created_at, updated_at)
     SELECT unhex(printf('%08x%024x', n * 2654435761 & 4294967295, n)),
         'Title ' || (n * 7919 % 20011), 'slug-' || (n * 7919 % 20011), 'Text.',
         CASE n % 3 WHEN 0 THEN 'draft' WHEN 1 THEN 'published' ELSE 'archived' END, n * 31 % 1009,
         CASE WHEN n % 20 > 0 THEN printf('%.1f', (n % 97) / 10.0) END,
         CASE WHEN n % 20 > 0 THEN (SELECT id FROM categories WHERE position = n % 8) END,
         (SELECT id FROM users WHERE email LIKE 'writer-' || (n % 8) || '@%'),
         CASE WHEN n % 20 > 0
             THEN strftime('%FT%T.000000Z', 1767225600 + n * 7919 % 20011 * 60, 'unixepoch') END,
         strftime('%FT%T.000000Z', 1767225600 + n * 31 % 20011 * 60, 'unixepoch'),
         strftime('%FT%T.000000Z', 1769904000 + n * 37 % 20011 * 60, 'unixepoch')
     FROM numbers",
    "INSERT INTO comments (id, article_id, body, author_id, created_at)
     SELECT id, (SELECT id FROM articles AS about WHERE about.slug = 'slug-' || (1 + articles.views % 100)), 'Words.',
         author_id, created_at FROM articles",
    "INSERT INTO users (id, email, role, created_at, updated_at)
     SELECT id, slug || '@example.com', CASE WHEN views % 100 = 0 THEN 'ADMIN' ELSE 'VIEWER' END, created_at,
         updated_at FROM articles",
    "ANALYZE",
];

/// A category and an author of an eighth of the rows each.
struct Filled {
    category: String,
    author: String,
}

async fn fill(app: &TestApp) -> Filled {
    let mut category_id = String::new();
    for position in 0..8 {
        let made = category(app, &format!("Shelf {position}")).await;
        let path = format!("/categories/{}", made["id"].as_str().unwrap());
        let body = serde_json::json!({ "position": position });
        app.patch(&path)
            .as_role(Role::Admin)
            .json(&body)
            .send()
            .await
            .expect(200);
        made["id"].as_str().unwrap().clone_into(&mut category_id);
    }
    let mut author = String::new();
    for number in 0..8 {
        let email = format!("writer-{number}@example.com");
        let me = app.get("/auth/me").as_account(&email, Role::Member);
        let me = me.send().await.expect(200).json();
        me["id"].as_str().unwrap().clone_into(&mut author);
    }
    let statements = match app.backend() {
        AnyBackend::Postgres => POSTGRES,
        AnyBackend::Sqlite => SQLITE,
    };
    for sql in statements {
        app.db().execute(Statement::new(sql)).await.unwrap();
    }
    Filled {
        category: category_id,
        author,
    }
}

/// The one statement that a request sends to `table`, and its answer.
async fn asked(app: &TestApp, path: &str, table: &str) -> (Statement, Value) {
    let request = app.get(path).as_role(Role::Owner);
    let (response, sent) = statements(request.send()).await;
    let from = format!("FROM \"{table}\"");
    // Who is calling is asked too, of the table of accounts.
    let mut sent: Vec<_> = sent
        .into_iter()
        .filter(|statement| {
            statement.sql.contains(&from) && !statement.sql.contains("password_hash")
        })
        .collect();
    let statement = sent.pop().expect("the request asks its table");
    assert!(sent.is_empty(), "{path}: {sent:?}");
    (statement, response.expect(200).json())
}

/// What the database says of how it runs a statement.
#[derive(Debug, Default)]
struct Plan {
    steps: Vec<String>,
    /// The rows that it went through; SQLite does not tell.
    visited: u64,
}

async fn plan(connection: &mut Connection, statement: &Statement) -> Plan {
    match connection.backend() {
        AnyBackend::Postgres => {
            let sql = format!(
                "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {}",
                statement.sql
            );
            let explain = Statement::with_binds(sql, statement.binds.clone());
            let read = connection
                .fetch(explain, |row| {
                    let text = row.raw(0)?.ok_or("NULL")?.as_json()?.to_owned();
                    Ok(serde_json::from_str::<Value>(&text)?)
                })
                .await
                .unwrap();
            let mut plan = Plan::default();
            plan.read(&read[0][0]["Plan"]);
            plan
        }
        AnyBackend::Sqlite => {
            let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
            let explain = Statement::with_binds(sql, statement.binds.clone());
            let steps = connection
                .fetch(explain, |row| {
                    Ok(row.raw(3)?.ok_or("NULL")?.as_str()?.to_owned())
                })
                .await
                .unwrap();
            Plan { steps, visited: 0 }
        }
    }
}

impl Plan {
    /// A node of PostgreSQL's plan, and those below it.
    fn read(&mut self, node: &Value) {
        let text = |key: &str| node[key].as_str().unwrap_or_default();
        let number = |key: &str| node[key].as_f64().unwrap_or_default();
        let rows = number("Actual Rows") + number("Rows Removed by Filter");
        if node["Relation Name"].is_string() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a number of rows"
            )]
            let visited = (rows * number("Actual Loops")).ceil() as u64;
            self.visited += visited;
        }
        self.steps.push(format!(
            "{} {} {} ({rows} rows)",
            text("Node Type"),
            text("Index Name"),
            text("Index Cond")
        ));
        for below in node["Plans"].as_array().into_iter().flatten() {
            self.read(below);
        }
    }

    /// Only along `index`, and nothing is read in full. What PostgreSQL sorts are the few rows that it visited.
    fn assert_along(&self, index: &str, statement: &Statement) {
        let found = self.steps.iter().any(|step| step.contains(index));
        let is_bad = |step: &String| {
            let scans = step.starts_with("SCAN ") && !step.contains(" USING ");
            let sorts = step.contains("USE TEMP B-TREE");
            scans || sorts || step.starts_with("Seq Scan") || step.starts_with("Bitmap Heap Scan")
        };
        let bad: Vec<_> = self.steps.iter().filter(|step| is_bad(step)).collect();
        assert!(
            found && bad.is_empty() && self.visited <= MOST_VISITED,
            "not along {index} alone: {}\n{self:#?}",
            statement.sql
        );
    }
}

/// Checks the plan with the statistics of the tables and, on SQLite, without.
async fn assert_plan(app: &TestApp, path: &str, table: &str, index: &str) -> Value {
    let (statement, answer) = asked(app, path, table).await;
    let mut connections = vec![app.db().write().await.unwrap()];
    if app.backend() == AnyBackend::Sqlite {
        // Opened before there were any.
        connections.push(app.db().read().await.unwrap());
    }
    for connection in &mut connections {
        let plan = plan(connection, &statement).await;
        plan.assert_along(index, &statement);
        let scans = plan.steps.iter().any(|step| step.starts_with("SCAN "));
        assert!(!scans || !path.contains("cursor="), "{path}: {plan:#?}");
    }
    answer
}

/// The plans of the first page, and of those after 500 and after 3000 rows.
async fn assert_pages(app: &TestApp, table: &str, query: &str, index: &str) {
    let path = format!("/{table}?{query}");
    assert_plan(app, &format!("{path}&limit={LIMIT}"), table, index).await;
    let mut cursor = String::new();
    for page in 1..=30 {
        let step = app
            .get(&format!("{path}&limit=100&fields=id{cursor}"))
            .as_role(Role::Owner);
        let step = step.send().await.expect(200).json();
        let Some(next) = step["next_cursor"].as_str() else {
            panic!("{query} has {page} pages")
        };
        cursor = format!("&cursor={next}");
        if page == 5 || page == 30 {
            let path = format!("{path}&limit={LIMIT}{cursor}");
            let answer = assert_plan(app, &path, table, index).await;
            assert_eq!(answer["items"].as_array().map(Vec::len), Some(LIMIT));
        }
    }
}

async fn sorts_go_along_their_indexes(app: &TestApp) {
    for (sort, index) in [
        ("created_at", "articles_created_at"),
        ("title", "articles_title"),
        ("slug", "articles_slug_key"),
        ("views", "articles_views"),
        ("rating", "articles_rating"),
        ("published_at", "articles_published_at"),
        ("updated_at", "articles_updated_at"),
    ] {
        assert_pages(app, "articles", &format!("sort={sort}"), index).await;
        assert_pages(app, "articles", &format!("sort=-{sort}"), index).await;
    }
}

async fn filters_go_along_their_indexes(app: &TestApp, filled: &Filled) {
    let Filled { category, author } = filled;
    let by_category = format!("category_id={category}");
    let by_author = format!("author_id={author}");
    for (query, index) in [
        ("status=draft", "articles_status"),
        ("status=draft&sort=created_at", "articles_status"),
        (
            "author_id__ne=00000000-0000-7000-8000-000000000000",
            "articles_created_at",
        ),
    ] {
        assert_pages(app, "articles", query, index).await;
    }
    let comment = app.get("/comments?limit=1").as_role(Role::Owner);
    let comment = comment.send().await.expect(200).json();
    let by_article = format!(
        "article_id={}",
        comment["items"][0]["article_id"].as_str().unwrap()
    );
    // An eighth of the rows does not reach to the last page that is looked at.
    for (table, query, index) in [
        ("articles", &by_category, "articles_category_id"),
        ("articles", &by_author, "articles_author_id"),
        ("comments", &by_author, "comments_author_id"),
        ("comments", &by_article, "comments_article_id"),
    ] {
        let path = format!("/{table}?{query}&limit={LIMIT}");
        let page = assert_plan(app, &path, table, index).await;
        let cursor = page["next_cursor"].as_str().unwrap();
        assert_plan(app, &format!("{path}&cursor={cursor}"), table, index).await;
    }
    assert_pages(app, "comments", "", "comments_created_at").await;
    assert_pages(app, "users", "", "users_created_at").await;
    assert_pages(app, "users", "role=VIEWER", "users_role").await;
}

async fn sorts_that_turn_go_along_an_index_of_their_order(app: &TestApp) {
    for (index, columns) in [
        ("newest_by_status", "status, created_at DESC, id DESC"),
        ("titles_by_rating", "rating DESC, title, id"),
    ] {
        let create = format!("CREATE INDEX {index} ON articles ({columns})");
        app.db().execute(Statement::new(create)).await.unwrap();
    }
    app.db().execute(Statement::new("ANALYZE")).await.unwrap();
    for (sort, index) in [
        ("status,-created_at", "newest_by_status"),
        ("-status,created_at", "newest_by_status"),
        ("-rating,title", "titles_by_rating"),
        ("rating,-title", "titles_by_rating"),
    ] {
        assert_pages(app, "articles", &format!("sort={sort}"), index).await;
    }
}

async fn a_row_is_found_by_its_key(app: &TestApp) {
    let page = app.get("/articles?limit=1").as_role(Role::Owner);
    let page = page.send().await.expect(200).json();
    let path = format!("/articles/{}", page["items"][0]["id"].as_str().unwrap());
    let index = match app.backend() {
        AnyBackend::Postgres => "articles_pkey",
        AnyBackend::Sqlite => "sqlite_autoindex_articles_1",
    };
    assert_plan(app, &path, "articles", index).await;
}

/// All in one test: it takes a while to fill the tables.
#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_along_an_index() {
    on_both(async |app| {
        let filled = fill(app).await;
        sorts_go_along_their_indexes(app).await;
        filters_go_along_their_indexes(app, &filled).await;
        a_row_is_found_by_its_key(app).await;
        sorts_that_turn_go_along_an_index_of_their_order(app).await;
    })
    .await;
}
