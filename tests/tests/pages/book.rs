//! The book of `docs/`: its summary has every page.

use std::collections::BTreeSet;

use super::{all, read};

#[test]
fn every_page_stands_in_the_summary_once() {
    let summary = read("docs/SUMMARY.md");
    let links = summary.split("](").skip(1);
    let listed: Vec<_> = links.map(|rest| rest.split(')').next().unwrap()).collect();
    let pages: BTreeSet<_> = all()
        .into_iter()
        .filter_map(|page| page.name.strip_prefix("docs/").map(str::to_owned))
        .filter(|name| name != "SUMMARY.md")
        .collect();
    let distinct: BTreeSet<_> = listed.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(listed.len(), distinct.len(), "a page is listed twice");
    assert_eq!(distinct, pages);
}

/// What is not in the book is no link there.
#[test]
fn pages_of_the_book_link_to_pages_of_the_book() {
    for page in all().iter().filter(|page| page.name.starts_with("docs/")) {
        let depth = page.name.matches('/').count() - 1;
        for link in page.text.split("](").skip(1) {
            let link = link.split(')').next().unwrap();
            assert!(
                link.matches("../").count() <= depth,
                "{}: {link}",
                page.name
            );
        }
    }
}

/// Looked up in, not read.
const MESSAGES: &str = "docs/messages.md";

#[test]
fn pages_are_not_too_long() {
    let pages = all().into_iter().filter(|page| page.name != MESSAGES);
    for page in pages.filter(|page| page.name.starts_with("docs/")) {
        let lines = page.text.lines().count();
        assert!(lines <= 300, "{} has {lines} lines: split it", page.name);
    }
}
