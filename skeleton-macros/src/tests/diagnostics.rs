//! How messages are worded, and that one run tells all. Each message itself has its case in `tests/ui`.

use std::fs;
use std::path::Path;

use super::{Macro, messages};

/// The first lines of our own errors in the recorded answers of the compiler.
fn recorded() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui");
    let mut lines = Vec::new();
    for of in fs::read_dir(folder).unwrap() {
        let Ok(files) = fs::read_dir(of.unwrap().path().join("fail")) else {
            continue;
        };
        for file in files {
            let file = file.unwrap().path();
            if file
                .extension()
                .is_some_and(|extension| extension == "stderr")
            {
                let text = fs::read_to_string(file).unwrap();
                let errors = text.lines().filter_map(|line| line.strip_prefix("error: "));
                lines.extend(errors.map(str::to_owned));
            }
        }
    }
    lines
}

#[test]
fn first_lines_are_short_and_plain() {
    let lines = recorded();
    assert!(
        lines.len() > 150,
        "only {} messages were found",
        lines.len()
    );
    for line in lines {
        assert!(line.chars().count() <= 80, "too long: {line}");
        assert!(!line.ends_with('.'), "a full stop: {line}");
        assert!(!line.starts_with(char::is_uppercase), "upper case: {line}");
        let stiff = ["invalid", "illegal", "failed to"];
        assert!(
            !stiff.iter().any(|word| line.contains(word)),
            "stiff: {line}"
        );
    }
}

#[test]
fn one_run_tells_all() {
    let input = r#"
        #[resource(pth = "/a", page(default = 0, max = "x"), sort = "titel")]
        #[requires_role(create = owner, writ = Admin, delete = Admin | Admin)]
        struct Article {
            #[field(sort, serach, on_delete = never)]
            #[garde(lenght(min = 1), range(min = 2, max = 1))]
            title: u8,
        }
    "#;
    let found = messages(Macro::Resource, input);
    let first_lines: Vec<_> = found
        .iter()
        .filter_map(|message| message.lines().next())
        .collect();
    assert_eq!(
        first_lines,
        [
            "unknown key `pth` in `#[resource]`",
            "`max` needs a whole number",
            "unknown key `writ` in `#[requires_role]`",
            "unknown key `serach` in `#[field]`",
            "unknown value `never` of `on_delete`",
            "unknown key `lenght` in `#[garde]`",
            "`u8` cannot be a field of a resource",
            "`Admin` is named twice in one rule",
            "`owner` in a rule, but `Article` has no owner field",
            "`owner` has no meaning for `create`",
            "default order names `titel`, which is no field",
            "a page cannot have 0 rows",
            "resource `Article` has no primary key",
        ]
    );
}

#[test]
fn a_panic_asks_for_a_report() {
    let item = quote::quote!(
        struct Article;
    );
    let expanded = crate::recover::guarded("`#[resource]`", &item, || panic!("no such field"));
    let text = expanded.to_string();
    assert!(
        text.contains("`#[resource]` panicked: no such field"),
        "{text}"
    );
    assert!(text.ends_with("struct Article ;"), "{text}");
}
