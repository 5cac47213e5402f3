//! The notebook as a program of its own, to be killed.

use skeleton_runtime::prelude::*;

fn main() -> ExitCode {
    skeleton_tests::notebook::app().run()
}
