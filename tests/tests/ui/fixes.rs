//! What can be pasted of the messages is: each program so mended compiles, as an example.

use super::answers::errors;
use super::parsed::{Fix, fixes};
use super::{failing, named, read};

/// Messages whose code is an example, since its names are the user's, or one way of several.
const EXAMPLES: &[&str] = &[
    "conformance/no_resource",
    "conformance/not_a_name",
    "migrations/no_folder",
    "resource/generics",
    "resource/has_many_empty",
    "resource/has_many_syntax",
    "resource/hooks_without_type",
    "role/includes_nothing",
    "routes/no_handler",
    "routes/not_a_name",
    "test/settings",
];

/// What a message tells to do.
#[derive(Debug)]
enum Told<'a> {
    /// To write one of these.
    Write(Vec<&'a str>),
    /// To leave something out, or something else.
    Less,
}

fn told<'a>(error: &[&'a str]) -> Option<Told<'a>> {
    const WRITE: [&str; 6] = [
        "write `",
        "did you mean `",
        "put `",
        "with `",
        "add `",
        "write one, as `",
    ];
    const LESS: [&str; 3] = [" out", "keep one of them", "keep it at"];
    let helps = error.iter().filter_map(|line| {
        line.split_once("help: ")
            .or_else(|| line.split_once("= note: "))
    });
    helps.map(|(_, help)| help).find_map(|help| {
        if LESS.iter().any(|phrase| help.contains(phrase)) {
            return Some(Told::Less);
        }
        let places = WRITE.iter().filter_map(|phrase| help.find(phrase));
        let codes = help[places.min()?..].split('`').skip(1).step_by(2);
        let codes: Vec<_> = codes.collect();
        let is_example = codes.iter().all(|code| code.contains('…'));
        (!is_example).then_some(Told::Write(codes))
    })
}

#[test]
fn what_can_be_pasted_is() {
    let (fixes, mut faults, mut examples) = (fixes(), Vec::new(), 0);
    for program in failing() {
        let name = named(&program);
        if EXAMPLES.contains(&name.as_str()) {
            examples += 1;
            continue;
        }
        let answer = read(&program.with_extension("stderr"));
        let fix = fixes.iter().find(|fix| fix.name() == name);
        let told = errors(&answer).into_iter().filter_map(|error| told(&error));
        let unused = told.filter_map(|told| unused(fix, &told));
        faults.extend(unused.map(|fault| format!("{name}: {fault}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(examples, EXAMPLES.len(), "an example is of no program");
}

/// Why what a message tells is in no line that its program gets.
fn unused(fix: Option<&Fix>, told: &Told<'_>) -> Option<String> {
    let Some(fix) = fix else {
        return Some(format!("nothing pastes {told:?}"));
    };
    let Told::Write(codes) = told else {
        return None;
    };
    let lines = fix.changes.iter().flat_map(|change| &change.new);
    let pasted = lines.cloned().collect::<Vec<_>>().join("\n");
    let is_pasted = |code: &&str| {
        let code = code.split('…').next().unwrap_or(code);
        !code.is_empty() && pasted.contains(code)
    };
    let is_used = codes.iter().any(is_pasted);
    (!is_used).then(|| format!("the message tells {codes:?}"))
}
