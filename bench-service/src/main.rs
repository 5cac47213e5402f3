//! The server that stands beside the hand-written ones in benchmarks: one resource of eight columns, every default on.

mod article;

use skeleton_runtime::prelude::*;

use article::Article;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Article>()
        .run()
}
