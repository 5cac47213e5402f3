//! What the documentation shows is what the tests run.
#![cfg(test)]

mod pages;

use std::path::Path;

use pages::{read, root};

#[test]
fn errors_of_the_page_on_errors_are_the_compilers() {
    let told: String = pages::messages::all()
        .into_iter()
        .map(|(_, answer)| answer)
        .collect();
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
    let mut links = 0;
    for page in pages::all() {
        let path = root().join(&page.name);
        for rest in prose(&page.text).split("](").skip(1) {
            let link = rest.split([')', ' ']).next().unwrap();
            if !link.contains("://") {
                assert!(leads_somewhere(&path, link), "{}: {link}", page.name);
                links += 1;
            }
        }
    }
    assert!(links > 50, "{links}");
}

fn leads_somewhere(page: &Path, link: &str) -> bool {
    let (path, heading) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => page.to_owned(),
        path => page.parent().unwrap().join(path),
    };
    if heading.is_empty() || !target.exists() {
        return target.exists();
    }
    let target = prose(&std::fs::read_to_string(&target).unwrap());
    let mut headings = target.lines().filter(|line| line.starts_with('#'));
    headings.any(|line| anchor(line.trim_start_matches('#')) == heading)
}
