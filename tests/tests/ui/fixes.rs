//! What the messages tell to write, pasted: `ui/fixed.rs` has each program mended, and compiles.

use super::{failing, mistakes, read};

/// The program, what stands in it, and what its message tells to write there.
const FIXES: &[(&str, &str, &str)] = &[
    ("db_enum/discriminant", "Draft = 5", "Draft"),
    ("db_enum/fields", "Published(i64)", "Published"),
    (
        "db_enum/generics",
        "enum Status<const N: usize>",
        "enum Status",
    ),
    ("db_enum/unknown_key", "krate", "crate"),
    ("db_enum/unknown_rule", "snakecase", "snake_case"),
    ("requires_role/above_resource", "reed", "read"),
    (
        "requires_role/no_role",
        "#[requires_role]",
        "#[requires_role(Admin)]",
    ),
    (
        "resource/created_at_type",
        "made: String",
        "made: DateTime<Utc>",
    ),
    (
        "resource/deleted_at_type",
        "gone: DateTime<Utc>",
        "gone: Option<DateTime<Utc>>",
    ),
    ("resource/exactly_nothing", "exactly", "exactly(Member)"),
    ("resource/field_unknown_key", "fliter", "filter"),
    (
        "resource/field_without_keys",
        "#[field]",
        "#[field(filter, sort)]",
    ),
    ("resource/flag_with_value", "filter = true", "filter"),
    (
        "resource/garde_no_bounds",
        "length(chars)",
        "length(chars, min = 1, max = 200)",
    ),
    (
        "resource/garde_pattern",
        "pattern(SLUG)",
        "pattern(\"^[a-z]+$\")",
    ),
    ("resource/id_type", "id: String", "id: Uuid"),
    (
        "resource/key_without_list",
        "operations = list",
        "operations(list, get)",
    ),
    (
        "resource/no_roles",
        "#[requires_role()]",
        "#[requires_role(Admin)]",
    ),
    ("resource/on_delete_unknown", "casacde", "cascade"),
    (
        "resource/owner_alone",
        "write = owner",
        "write = owner, create = Member",
    ),
    (
        "resource/owner_alone_everywhere",
        "#[requires_role(owner)]",
        "#[requires_role(read = owner, write = owner, list = Viewer, create = Member)]",
    ),
    ("resource/owner_type", "author: i64", "author: Uuid"),
    (
        "resource/page_default_over_max",
        "page(default = 50, max = 20)",
        "page(default = 50, max = 50)",
    ),
    (
        "resource/page_default_over_usual_max",
        "page(default = 500)",
        "page(default = 500, max = 500)",
    ),
    (
        "resource/page_without_sizes",
        "page()",
        "page(default = 20, max = 100)",
    ),
    (
        "resource/path_no_slash",
        "path = \"articles\"",
        "path = \"/articles\"",
    ),
    (
        "resource/path_trailing_slash",
        "path = \"/articles/\"",
        "path = \"/articles\"",
    ),
    (
        "resource/read_role_syntax",
        "read = \"ADMIN\"",
        "read = Admin",
    ),
    (
        "resource/relative_crate",
        "crate = skeleton_runtime",
        "crate = ::skeleton_runtime",
    ),
    ("resource/role_as_path", "Role::Admin", "Admin"),
    ("resource/role_as_text", "\"ADMIN\"", "Admin"),
    ("resource/role_with_parentheses", "Admin(1)", "Admin"),
    (
        "resource/roles_joined_by_comma",
        "#[requires_role(Admin, Member)]",
        "#[requires_role(Admin | Member)]",
    ),
    ("resource/rule_empty", "read =,", "read = Viewer,"),
    ("resource/rule_unknown_key", "reed", "read"),
    (
        "resource/serde_skips",
        "#[serde(skip)]",
        "#[field(write_only)]",
    ),
    ("resource/serde_unknown_rule", "camelcase", "camelCase"),
    (
        "resource/soft_delete_with_value",
        "soft_delete = true",
        "soft_delete",
    ),
    ("resource/sort_unknown_field", "-titel", "-title"),
    (
        "resource/table_is_on",
        "table = true",
        "table = \"articles\"",
    ),
    (
        "resource/too_many_columns",
        "#[resource]",
        "#[resource(table = false)]",
    ),
    ("resource/unknown_key", "pth", "path"),
    ("resource/version_type", "revision: String", "revision: i64"),
    ("role/fields", "Writer { desk: u8 }", "Writer"),
    ("role/unknown_key", "defualt", "default"),
    ("role/unknown_role", "Raeder", "Reader"),
    (
        "routes/relative_crate",
        "crate = skeleton_runtime",
        "crate = ::skeleton_runtime",
    ),
    (
        "test/by_reference",
        "async fn pages(app: &TestApp)",
        "async fn pages(app: TestApp)",
    ),
    (
        "test/generics",
        "async fn pages<T>(app: TestApp)",
        "async fn pages(app: TestApp)",
    ),
    (
        "test/no_parameter",
        "async fn pages()",
        "async fn pages(app: TestApp)",
    ),
    (
        "test/not_async",
        "fn pages(app: TestApp)",
        "async fn pages(app: TestApp)",
    ),
    (
        "test/two_parameters",
        "async fn pages(app: TestApp, page: u32)",
        "async fn pages(app: TestApp)",
    ),
    ("test/unknown_key", "ap =", "app ="),
];

/// Messages whose example has names of its own, where those of the program are not known to the macro.
const EXAMPLES: &[&str] = &[
    "conformance/no_resource",
    "migrations/no_folder",
    "resource/generics",
    "resource/has_many_empty",
    "resource/hooks_without_type",
    "role/includes_nothing",
    "routes/no_handler",
    "routes/not_a_name",
];

const HEAD: &str = "\
//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]
";

/// The mended programs of one folder, a module for each.
fn mended(folder: &str) -> String {
    let mut text = HEAD.to_owned();
    let fixes = FIXES.iter().map(|(name, old, new)| {
        let (of, file) = name.split_once('/').expect("a folder and a name");
        (of, file, old, new)
    });
    for (of, file, old, new) in fixes {
        if of != folder {
            continue;
        }
        let program = read(format!("ui/{folder}/fail/{file}.rs").as_ref());
        assert_eq!(program.matches(old).count(), 1, "{file} has `{old}` once");
        let program = program
            .replace(old, new)
            .replace("fn main()", "pub fn main()");
        text.extend(["\npub mod ", file, " {\n"]);
        for line in program.lines() {
            let indent = if line.is_empty() { "" } else { "    " };
            text.extend([indent, line, "\n"]);
        }
        text += "}\n";
    }
    text
}

#[test]
fn what_messages_tell_to_write_compiles() {
    let modules = read("ui/fixed.rs".as_ref());
    for (name, ..) in FIXES {
        let folder = name.split('/').next().expect("a folder and a name");
        let (file, mended) = (format!("ui/fixed/{folder}.rs"), mended(folder));
        if std::env::var("TRYBUILD").as_deref() == Ok("overwrite") {
            std::fs::write(&file, &mended).expect("it can be written");
        }
        assert!(
            read(file.as_ref()) == mended,
            "{file} is not what the fixes make\n    help: TRYBUILD=overwrite cargo test -p skeleton-tests --test ui -- compiles"
        );
        let module = format!("#[path = \"fixed/{folder}.rs\"]");
        assert!(modules.contains(&module), "ui/fixed.rs lacks\n{module}");
    }
}

/// Code that a message tells to write instead of a mistake.
fn told(answer: &str) -> Option<&str> {
    let help = answer.split_once("help: write `");
    let help = help.or_else(|| answer.split_once("help: did you mean `"));
    help?.1.split('`').next()
}

#[test]
fn what_can_be_pasted_is() {
    for program in failing() {
        let answer = read(&program.with_extension("stderr"));
        let name = program
            .strip_prefix("ui")
            .expect("it is within")
            .with_extension("");
        let name = name.display().to_string().replace("/fail/", "/");
        let Some(code) = told(&answer).filter(|code| !code.contains('…')) else {
            continue;
        };
        if mistakes(&read(&program)) > 1 || EXAMPLES.contains(&name.as_str()) {
            continue;
        }
        let fix = FIXES.iter().find(|(of, ..)| *of == name);
        let (.., new) = fix.unwrap_or_else(|| panic!("{name}: nothing pastes `{code}`"));
        assert!(
            new.contains(code),
            "{name}: the message tells `{code}`, not `{new}`"
        );
    }
}
