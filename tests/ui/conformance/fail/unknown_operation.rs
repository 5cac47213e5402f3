// 2 mistakes.
use skeleton_runtime::conformance;
use skeleton_runtime::prelude::*;

#[resource]
pub struct Book {
    pub id: Uuid,
}

fn app() -> App {
    App::new(package!())
}

conformance!(Book, without(lists, 1));

fn main() {}
