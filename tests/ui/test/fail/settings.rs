// 3 mistakes.
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

fn app() -> App {
    App::new(package!())
}

#[skeleton_runtime::test(set(DOCS_ENABLED = false), app = "app")]
async fn pages(app: TestApp) {
    let _ = app;
}

#[skeleton_runtime::test(set("DOCS_ENABLED" = "false", "DOCS_ENABLED" = "true"))]
async fn docs(app: TestApp) {
    let _ = app;
}

fn main() {}
