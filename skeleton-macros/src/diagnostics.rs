//! Collects every fault of an item, so that one run of the compiler tells them all.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The faults found so far.
///
/// It panics when dropped without [`Diagnostics::finish`], so a forgotten check is found by the first test that
/// comes this way.
pub(crate) struct Diagnostics {
    errors: Option<Vec<syn::Error>>,
}

impl Diagnostics {
    pub(crate) fn new() -> Self {
        Self {
            errors: Some(Vec::new()),
        }
    }

    /// A fault at `place`, with the text that mends it.
    pub(crate) fn error(
        &mut self,
        place: impl ToTokens,
        message: impl Display,
        help: impl Display,
    ) {
        self.push(error(place, message, help));
    }

    /// A fault that two places make together. It is one mistake and so one error, at the later place: a message of a
    /// macro marks one.
    pub(crate) fn clash(
        &mut self,
        later: impl ToTokens,
        message: impl Display,
        help: impl Display,
    ) {
        self.error(later, &message, &help);
    }

    /// A fault that comes from elsewhere, as syn's own.
    pub(crate) fn push(&mut self, error: syn::Error) {
        if let Some(errors) = &mut self.errors {
            errors.push(error);
        }
    }

    /// Keeps the fault of `result` and gives its value.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// How many faults were found so far.
    pub(crate) fn count(&self) -> usize {
        self.errors.as_ref().map_or(0, Vec::len)
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.count() > 0
    }

    /// One `compile_error!` for each fault; nothing where there is none.
    pub(crate) fn finish(mut self) -> TokenStream {
        let errors = self.errors.take().unwrap_or_default();
        errors.iter().map(syn::Error::to_compile_error).collect()
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        assert!(
            self.errors.is_none() || std::thread::panicking(),
            "diagnostics were dropped without being read"
        );
    }
}

/// An error whose first line states the fact and whose second says what to write.
///
/// rustc indents the second line under the first.
pub(crate) fn error(place: impl ToTokens, message: impl Display, help: impl Display) -> syn::Error {
    syn::Error::new_spanned(place, format!("{message}\nhelp: {help}"))
}

/// As [`error`], with a reason instead of a remedy.
pub(crate) fn error_with_note(
    place: impl ToTokens,
    message: impl Display,
    note: impl Display,
) -> syn::Error {
    syn::Error::new_spanned(place, format!("{message}\nnote: {note}"))
}

/// `` `a`, `b`, `c` ``
pub(crate) fn quoted<T: Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// The known name that was probably meant, if one is near enough.
pub(crate) fn nearest<'a>(
    unknown: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let unknown = unknown.to_lowercase();
    let most = (unknown.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (distance(&unknown, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many letters have to be added, left out, replaced or swapped with their neighbour (Damerau-Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i];
        for j in 1..=b.len() {
            let replaced = row[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(row[j] + 1).min(next[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        let keys = ["path", "table", "page"];
        assert_eq!(nearest("pth", keys), Some("path"));
        assert_eq!(nearest("tabel", keys), Some("table"));
        assert_eq!(nearest("PATH", keys), Some("path"));
        assert_eq!(nearest("colour", keys), None);
    }

    #[test]
    fn a_swap_is_one_step() {
        assert_eq!(distance("fitler", "filter"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    #[should_panic(expected = "without being read")]
    fn forgotten_diagnostics_are_noticed() {
        drop(Diagnostics::new());
    }
}
