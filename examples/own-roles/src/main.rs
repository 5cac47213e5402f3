//! The help desk and its command line: `cargo run -p own-roles -- --help`.

use skeleton_runtime::prelude::*;

fn main() -> ExitCode {
    own_roles::app().run()
}
