//! Programs whose message is longer than ten lines, for what rustc adds to it.

const TRAIT: &str =
    "rustc compares a method with the one of the trait, shows both and writes the change";
const BOUND: &str =
    "rustc shows the bound of what the user calls or implements, in five lines under any words";
const NAME: &str = "rustc guesses what may have been meant, and writes the change";

const EXCEPTIONS: &[(&str, &str)] = &[
    ("app/no_resource", BOUND),
    ("app/no_roles", BOUND),
    ("hooks/not_async", BOUND),
    ("hooks/of_no_resource", BOUND),
    ("hooks/wrong_context", TRAIT),
    ("hooks/wrong_payload", TRAIT),
    ("hooks/wrong_return", BOUND),
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
