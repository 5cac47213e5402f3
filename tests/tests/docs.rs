//! What the documentation shows is what the tests run.
#![cfg(test)]

use std::path::{Path, PathBuf};

use skeleton_tests::fenced;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Programs that other tests run, as one text.
fn programs() -> String {
    let files = [
        "example-app/src/hooks.rs",
        "example-app/src/models.rs",
        "example-app/src/handlers.rs",
        "tests/src/notebook.rs",
        "tests/migrations/postgres/2026-01-06-000000_create_notes/up.sql",
    ];
    files.map(read).join("\n")
}

#[test]
fn code_of_the_page_on_writes_is_code_that_runs() {
    let page = read("docs/writes.md");
    let programs = programs();
    let blocks: Vec<_> = ["rust", "sql"]
        .into_iter()
        .flat_map(|language| fenced(&page, language))
        .collect();
    assert_eq!(blocks.len(), 6);
    for block in blocks {
        assert!(programs.contains(&block), "no program has:\n{block}");
    }
}

#[test]
fn expansions_of_the_page_on_macros_are_those_of_the_macros() {
    let snapshots = ["resource_plain", "requires_role_handler"]
        .map(|name| read(&format!("skeleton-macros/src/tests/snapshots/{name}.snap")));
    let blocks = fenced(&read("docs/how-the-macros-work.md"), "rust,ignore");
    assert_eq!(blocks.len(), 5);
    for block in blocks {
        let is_real = snapshots.iter().any(|snapshot| snapshot.contains(&block));
        assert!(is_real, "no snapshot has:\n{block}");
    }
}

#[test]
fn errors_of_the_page_on_errors_are_the_compilers() {
    let mut told = String::new();
    for macros in std::fs::read_dir(root().join("tests/ui")).unwrap() {
        let Ok(cases) = std::fs::read_dir(macros.unwrap().path().join("fail")) else {
            continue;
        };
        for case in cases.map(|case| case.unwrap().path()) {
            if case.extension().is_some_and(|kind| kind == "stderr") {
                told += &std::fs::read_to_string(&case).unwrap();
            }
        }
    }
    let page = read("docs/compile-errors.md");
    let rows: Vec<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| error"))
        .collect();
    assert!(rows.len() > 20);
    for row in rows {
        let row = row.replace("\\|", "\u{1}");
        let message = format!("error{}", row.split(" | ").next().unwrap()).replace('\u{1}', "|");
        assert!(
            told.lines().any(|line| line == message),
            "nothing says: {message}"
        );
    }
}

#[test]
fn code_of_the_page_on_tests_is_code_that_runs() {
    let tests = [
        "example-app/tests/newsroom/articles.rs",
        "example-app/tests/newsroom/comments.rs",
        "example-app/tests/newsroom/conformance.rs",
        "tests/tests/test_kit/notebook.rs",
    ];
    let tests = tests.map(read).join("\n");
    let blocks = fenced(&read("docs/testing.md"), "rust");
    assert_eq!(blocks.len(), 8);
    for part in blocks.iter().flat_map(|block| block.split("\n\n")) {
        assert!(tests.contains(part.trim_end()), "no test has:\n{part}");
    }
}

/// The name that a heading has in a link, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let plain = heading.trim().to_lowercase().replace(['`', '*'], "");
    let kept = plain
        .chars()
        .filter(|letter| letter.is_alphanumeric() || "-_ ".contains(*letter));
    kept.collect::<String>().replace(' ', "-")
}

/// A page without its blocks of code.
fn prose(page: &str) -> String {
    page.split("```").step_by(2).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut pages: Vec<_> = [
        "README.md",
        "ARCHITECTURE.md",
        "SECURITY.md",
        "CHANGELOG.md",
    ]
    .map(|name| root().join(name))
    .into();
    let docs = std::fs::read_dir(root().join("docs")).unwrap();
    pages.extend(docs.map(|entry| entry.unwrap().path()));
    let mut links = 0;
    for page in &pages {
        let text = prose(&std::fs::read_to_string(page).unwrap());
        for rest in text.split("](").skip(1) {
            let link = rest.split([')', ' ']).next().unwrap();
            if link.contains("://") {
                continue;
            }
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => page.clone(),
                path => page.parent().unwrap().join(path),
            };
            assert!(target.exists(), "{}: {link}", page.display());
            if !heading.is_empty() {
                let target = prose(&std::fs::read_to_string(&target).unwrap());
                let headings = target.lines().filter(|line| line.starts_with('#'));
                let mut anchors = headings.map(|line| anchor(line.trim_start_matches('#')));
                assert!(
                    anchors.any(|known| known == heading),
                    "{}: {link}",
                    page.display()
                );
            }
            links += 1;
        }
    }
    assert!(links > 50, "{links}");
}
