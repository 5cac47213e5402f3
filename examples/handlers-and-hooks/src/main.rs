//! The shop and its command line: `cargo run -p handlers-and-hooks -- --help`.

use skeleton_runtime::prelude::*;

fn main() -> ExitCode {
    handlers_and_hooks::app().run()
}
