//! Makes the modules of the example `ui_fixed`: programs that do not compile, mended as their messages tell.

#[path = "ui/mended.rs"]
mod mended;

use std::path::PathBuf;

use mended::{Fix, fixes};

fn main() {
    println!("cargo::rerun-if-changed=ui");
    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder");
    let file = PathBuf::from(folder).join("fixed.rs");
    std::fs::write(file, modules(&fixes())).expect("it can be written");
}

/// The mended programs, a module for each, in a module of their folder.
fn modules(fixes: &[Fix]) -> String {
    let mut text = String::new();
    for folder in fixes.chunk_by(|one, other| one.folder == other.folder) {
        text.extend(["pub mod ", &folder[0].folder, " {\n"]);
        for fix in folder {
            let program = fix.mended().replace("fn main()", "pub fn main()");
            text.extend(["pub mod ", &fix.file, " {\n", &program, "}\n"]);
        }
        text += "}\n";
    }
    text
}
