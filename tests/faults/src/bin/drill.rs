//! The service that the tests break.

use skeleton_runtime::prelude::*;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    skeleton_faults::drill::app().run()
}
