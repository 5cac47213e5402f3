//! What a package may be called.

use super::super::words::is_keyword;

/// Cargo makes folders of these names where the programs are.
const FOLDERS: [&str; 4] = ["deps", "examples", "build", "incremental"];

/// Crates that are there for every program, the kit itself, and what the project's tests depend on.
const CRATES: [&str; 9] = [
    "test",
    "core",
    "std",
    "alloc",
    "proc_macro",
    "skeleton_runtime",
    "skeleton_macros",
    "serde_json",
    "tokio",
];

/// Why this is no name for a project, with what would be one.
pub(super) fn fault(name: &str) -> Option<String> {
    let reason = reason(name)?;
    let instead = suggestion(name);
    Some(format!(
        "`{name}`: {reason}\n  help: choose one, as `--name {instead}`"
    ))
}

fn reason(name: &str) -> Option<&'static str> {
    let of_crate = name.replace('-', "_");
    Some(if name.is_empty() {
        "a project needs a name"
    } else if !name.chars().all(is_plain) {
        "a project's name has small letters, digits, `-` and `_` alone"
    } else if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        "a project's name begins with a letter"
    } else if is_keyword(&of_crate) {
        "this is a keyword of Rust"
    } else if FOLDERS.contains(&name) || CRATES.contains(&of_crate.as_str()) {
        "this name is taken"
    } else {
        return None;
    })
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | '_')
}

/// The nearest that would do.
fn suggestion(name: &str) -> String {
    let letters = name
        .chars()
        .map(|letter| match letter.to_ascii_lowercase() {
            plain if is_plain(plain) => plain,
            _ => '-',
        });
    let letters: String = letters.collect();
    let parts: Vec<_> = letters.split('-').filter(|part| !part.is_empty()).collect();
    let name = parts.join("-");
    let name = name.trim_start_matches(|first: char| !first.is_ascii_lowercase());
    match name {
        "" => "my-service".to_owned(),
        name if reason(name).is_some() => format!("{name}-service"),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages_pass() {
        for name in ["notes", "my-service", "a1_b", "testing"] {
            assert_eq!(fault(name), None, "{name}");
        }
    }

    #[test]
    fn others_come_with_one_that_would_do() {
        for (name, instead) in [
            ("", "my-service"),
            ("My Service", "my-service"),
            ("2fast", "fast"),
            ("Ünder_score", "nder_score"),
            ("match", "match-service"),
            ("std", "std-service"),
            ("skeleton-runtime", "skeleton-runtime-service"),
            ("serde-json", "serde-json-service"),
            ("tokio", "tokio-service"),
            ("Build", "build-service"),
            ("-", "my-service"),
        ] {
            let fault = fault(name).unwrap_or_else(|| panic!("`{name}` passes"));
            assert!(fault.ends_with(&format!("--name {instead}`")), "{fault}");
        }
    }
}
