use skeleton_runtime::prelude::*;

pub struct Article {
    pub id: Uuid,
}

fn app() -> App {
    App::new(package!()).resource::<Article>()
}

fn main() {}
