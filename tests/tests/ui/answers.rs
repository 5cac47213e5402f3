//! What the compiler answers.

/// The lines of each error in an answer.
pub(crate) fn errors(answer: &str) -> Vec<Vec<&str>> {
    let mut errors: Vec<Vec<&str>> = Vec::new();
    for line in answer.lines() {
        if line.starts_with("error") || line.starts_with("warning") {
            errors.push(Vec::new());
        }
        if let (Some(error), false) = (errors.last_mut(), line.is_empty()) {
            error.push(line);
        }
    }
    errors
}
