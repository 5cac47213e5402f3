//! The library and its command line: `cargo run -p domain -- --help`.

use skeleton_runtime::prelude::*;

fn main() -> ExitCode {
    domain::app().run()
}
