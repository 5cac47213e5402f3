//! The README's figures are those of the page on performance.

use super::read;

/// The requests a second of a row of the page's first table, by its columns.
fn row(name: &str) -> Vec<u32> {
    let page = read("docs/performance.md");
    let start = format!("| {name} | ");
    let row = page.lines().find_map(|line| line.strip_prefix(&start));
    let cells = row.unwrap_or_else(|| panic!("there is no row {name}"));
    let cells = cells.trim_end_matches('|').split('|');
    cells
        .map(|cell| cell.trim().replace(',', "").parse().unwrap())
        .collect()
}

/// To hundreds, with a comma.
fn rounded(figure: u32) -> String {
    let hundreds = (figure + 50) / 100;
    format!("{},{}00", hundreds / 10, hundreds % 10)
}

#[test]
fn the_readme_rounds_what_was_measured() {
    let (kit, by_hand) = (row("a service of the kit"), row("by hand"));
    // A figure, and what it took of the processor, for each kind of request.
    let [gets, lists] = [0, 2].map(|column| (rounded(kit[column]), rounded(by_hand[column])));
    let told = format!(
        "On two cores it answers {} GETs a second where a server written by hand answers {}, \
         and {} lists of 20 rows where that answers {}:",
        gets.0, gets.1, lists.0, lists.1
    );
    let readme = read("README.md").replace('\n', " ");
    assert!(readme.contains(&told), "the page says: {told}");
}
