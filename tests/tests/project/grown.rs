//! A project from its first file to a resource with each type.

use super::fixture::{Project, told};

const BLOG_POST: &[&str] = &[
    "title:string:unique:sort",
    "body:text",
    "published_at:datetime?:sort:index",
    "author:belongs_to:User:owner",
    "status:enum(draft,in_review,published)",
    "mood:enum(good,bad)?",
    "category:belongs_to:Category?:set_null",
    "note:belongs_to:Note:cascade",
    "parent:belongs_to:BlogPost?",
    "pinned:bool:default",
    "rank:i16",
    "views:i32:default",
    "size:i64",
    "ratio:f32?",
    "score:f64",
    "price:decimal",
    "day:date?",
    "at:time",
    "reference:uuid:unique",
    "extra:json?",
    "data:bytes?",
    "words:strings:default",
    "token:secret",
    "subtitle:string?",
    "hidden:text:write_only",
    "code:string:immutable",
    "reads:i32:read_only:default",
    "version:i64",
];

const TEST: &str = r#"//! A blog post with each type.

use ledger::app;

use serde_json::json;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_blog_post_is_made() {
    for app in TestApp::both(app).await {
        let note = app.post("/notes").as_role(Role::Member);
        let note = note.json(&json!({ "title": "Milk" })).send().await;
        let post = json!({
            "title": "First", "body": "…", "note_id": note.expect(201).json()["id"], "rank": 1, "size": 2, "score": 0.5,
            "price": "9.90", "at": "12:00:00", "reference": "0198c0de-0000-7000-8000-000000000000", "token": "secret",
            "hidden": "h", "code": "c",
        });
        let made = app.post("/blog-posts").as_role(Role::Member).json(&post);
        let made = made.send().await.expect(201).json();
        assert_eq!(made["status"], "draft");
        assert_eq!(made["price"], "9.90");
        assert_eq!(made["version"], 1);
        assert!(made.get("token").is_none() && made.get("hidden").is_none());
        let again = app.post("/blog-posts").as_role(Role::Member).json(&post);
        again.send().await.expect_problem(409, "conflict");
    }
}
"#;

#[test]
fn a_project_passes_its_tests_and_lint_before_and_after_it_grew() {
    let project = Project::new("ledger");
    let pinned = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("channel"))
            .map(str::to_owned)
    };
    let ours = pinned(include_str!("../../../rust-toolchain.toml"));
    assert_eq!(pinned(&project.read("rust-toolchain.toml")), ours);
    project.run("make", &["lint"]);
    let tested = project.run("make", &["test"]);
    assert!(tested.contains("test result: ok. 3 passed"), "{tested}");

    let program = project.program();
    let program = program.to_str().unwrap();
    let category = ["generate", "resource", "Category", "name:string:unique"];
    let printed = project.run(program, &category);
    assert!(printed.contains("+ table `categories`"), "{printed}");
    grow(&project, program);

    project.write("tests/blog_posts.rs", TEST);
    project.run("cargo", &["fmt"]);
    project.run("make", &["lint"]);
    let tested = project.run("make", &["test"]);
    assert!(tested.contains("a_blog_post_is_made ... ok"), "{tested}");
    let on_both = std::env::var_os("TEST_DATABASE_URL").is_some();
    assert_eq!(!tested.contains("SKIPPED: PostgreSQL"), on_both, "{tested}");

    let migrated = project.run(program, &["migrate", "run"]);
    assert!(
        migrated.contains("applied") && migrated.contains("create_blog_posts"),
        "{migrated}"
    );
    project.run(program, &["migrate", "check", "--db"]);
}

fn grow(project: &Project, program: &str) {
    let arguments = [&["generate", "resource", "BlogPost"], BLOG_POST].concat();
    let before = project.read("src/lib.rs");
    let dry = project.run(program, &[&arguments[..], &["--dry-run"]].concat());
    assert!(dry.contains("pub struct BlogPost {"), "{dry}");
    assert_eq!(project.read("src/lib.rs"), before);
    assert!(!project.path("src/models/blog_post.rs").exists());

    project.run(program, &arguments);
    let app = project.read("src/lib.rs");
    let resources = "<models::Note>()\n        .resource::<models::Category>()\n        .resource::<models::BlogPost>()";
    assert!(app.contains(resources), "{app}");
    project.run("cargo", &["fmt", "--check"]);

    let again = project.command(program).args(&arguments).output().unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert!(told(&again).contains("--force"), "{}", told(&again));
    let forced = [&arguments[..], &["--force", "--no-migration"]].concat();
    project.run(program, &forced);
    assert_eq!(project.read("src/lib.rs"), app, "it is there once");
}
