//! Programs whose message is longer than ten lines, or that get more than one error for a mistake.

const TRAIT: &str = "rustc compares a method with the one of the trait, and shows both";
const BOUND: &str =
    "of a call or an `impl` that the user writes, rustc shows the bound and the type's definition";
const METHOD: &str = "the words are ours; rustc shows the bound of the trait's method below them";
const NAME: &str = "rustc guesses what may have been meant";

const EXCEPTIONS: &[(&str, &str)] = &[
    ("app/no_resource", BOUND),
    ("app/no_roles", BOUND),
    ("hooks/not_async", METHOD),
    ("hooks/of_no_resource", BOUND),
    ("hooks/wrong_context", TRAIT),
    ("hooks/wrong_payload", TRAIT),
    ("hooks/wrong_return", METHOD),
    ("resource/resource_not_imported", NAME),
    ("routes/unknown_handler", NAME),
    ("test/as_role_text", BOUND),
    ("test/factory_unknown_field", NAME),
    ("test/factory_value", BOUND),
];

/// How many there are.
pub(crate) const COUNT: usize = EXCEPTIONS.len();

/// Why the program is one, by its folder and name.
pub(crate) fn reason(program: &str) -> Option<&'static str> {
    let found = EXCEPTIONS.iter().find(|(name, _)| *name == program);
    found.map(|(_, reason)| *reason)
}
