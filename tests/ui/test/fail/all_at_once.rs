// 5 mistakes.
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

fn app() -> App {
    App::new(package!())
}

#[skeleton_runtime::test(apps = app, set)]
fn pages(app: &TestApp, page: u32) {
    let _ = (app, page);
}

fn main() {}
