//! Makes the modules of the example `ui_fixed`: programs that do not compile, mended as their messages tell.

#[path = "ui/fixes.rs"]
mod parsed;

use std::path::PathBuf;

use parsed::{Fix, fixes};

fn main() {
    let fixes = fixes();
    println!("cargo::rerun-if-changed=ui/fixes.rs");
    println!("cargo::rerun-if-changed=ui/fixes.txt");
    for fix in &fixes {
        println!("cargo::rerun-if-changed={}", path(fix));
    }
    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder");
    let file = PathBuf::from(folder).join("fixed.rs");
    std::fs::write(file, modules(&fixes)).expect("it can be written");
}

/// The mended programs, a module for each, in a module of their folder.
fn modules(fixes: &[Fix]) -> String {
    let mut text = String::new();
    for folder in fixes.chunk_by(|one, other| one.folder == other.folder) {
        text.extend(["pub mod ", &folder[0].folder, " {\n"]);
        for fix in folder {
            // What others build of this package is not to fail for it.
            let program = match mended(fix) {
                Ok(program) => program.replace("fn main()", "pub fn main()"),
                Err(fault) => format!("compile_error!({fault:?});\n"),
            };
            text.extend(["pub mod ", &fix.file, " {\n", &program, "}\n"]);
        }
        text += "}\n";
    }
    text
}

fn path(fix: &Fix) -> String {
    format!("ui/{}/fail/{}.rs", fix.folder, fix.file)
}

/// The program as it is then.
///
/// # Errors
///
/// Where it lacks what is to be replaced, or has it more than once.
fn mended(fix: &Fix) -> Result<String, String> {
    let program = std::fs::read_to_string(path(fix));
    let mut program = program.map_err(|error| format!("{}: {error}", fix.name()))?;
    for change in &fix.changes {
        let (old, new) = (change.old.join("\n"), change.new.join("\n"));
        let times = program.matches(&old).count();
        if times != 1 {
            let name = fix.name();
            return Err(format!(
                "{name} has what ui/fixes.txt replaces {times} times:\n{old}"
            ));
        }
        program = program.replace(&old, &new);
    }
    Ok(program)
}
