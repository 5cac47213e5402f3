//! What a service says of itself at `/metrics`.

use crate::client::{Request, send};

/// The text of all.
pub async fn scrape(port: u16) -> String {
    let answer = send(port, &Request::get("/metrics")).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

/// What a figure says, its series together.
///
/// # Panics
///
/// Where there is none of that name.
pub async fn metric(port: u16, name: &str) -> f64 {
    let text = scrape(port).await;
    sum(&text, name, "").unwrap_or_else(|| panic!("there is no `{name}`: {text}"))
}

/// The sum of those series of a figure that have this label, as `path="/notes"`; none where there is no such series.
pub fn sum(text: &str, name: &str, label: &str) -> Option<f64> {
    let series = text.lines().filter(|line| {
        let rest = line.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with([' ', '{']) && rest.contains(label))
    });
    let values = series.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
    values.reduce(|sum, value| sum + value)
}
