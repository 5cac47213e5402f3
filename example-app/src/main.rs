//! The newsroom's command line: `cargo run -p example-app`.

use skeleton_runtime::prelude::*;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    example_app::app().run()
}
