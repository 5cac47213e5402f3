use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

fn app() -> App {
    App::new(package!())
}

#[skeleton_runtime::test]
async fn pages(app: &TestApp) {
    let _ = app;
}

fn main() {}
