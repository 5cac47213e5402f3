//! What the parts of the kit take, each by itself: the code that serves requests, with what they would bring.

mod article;
mod bodies;
mod lists;
mod rows;
mod tokens;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{criterion_group, criterion_main};
use skeleton_runtime::test_util::TestApp;
use tokio::runtime::Runtime;

// As in services.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An application on a database of its own, and what runs it.
struct Service {
    runtime: Runtime,
    app: TestApp,
}

impl Service {
    fn start() -> Self {
        let runtime = Runtime::new().expect("a runtime starts");
        let app = runtime.block_on(TestApp::sqlite(article::app));
        Self { runtime, app }
    }
}

/// The time that so many calls take.
fn timed<T>(calls: u64, mut call: impl FnMut() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(call());
    }
    start.elapsed()
}

criterion_group!(
    parts,
    lists::filters,
    lists::statements,
    lists::cursors,
    bodies::patches,
    tokens::first,
    tokens::known,
    rows::json
);
criterion_main!(parts);
