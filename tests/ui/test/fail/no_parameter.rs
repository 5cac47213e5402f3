use skeleton_runtime::prelude::*;

fn app() -> App {
    App::new(package!())
}

#[skeleton_runtime::test]
async fn pages() {}

fn main() {}
