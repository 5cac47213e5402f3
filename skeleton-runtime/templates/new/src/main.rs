//! The service and its command line: `cargo run -- --help`.

use skeleton_runtime::prelude::*;

fn main() -> ExitCode {
    my_service::app().run()
}
