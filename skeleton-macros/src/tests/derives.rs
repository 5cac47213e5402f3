use super::{Macro, assert_expansion};

pub(super) const DB_ENUM: &str = r#"
pub enum Status {
    #[default]
    Draft,
    InReview,
    #[serde(rename = "live")]
    Published,
}
"#;

pub(super) const LADDER: &str = r"
pub enum Role {
    Viewer,
    #[role(default)]
    Member,
    SeniorEditor,
}
";

#[test]
fn db_enum() {
    assert_expansion("db_enum", Macro::DbEnum, DB_ENUM);
}

#[test]
fn db_enum_renamed() {
    let input = "#[serde(rename_all = \"SCREAMING-KEBAB-CASE\")] #[db_enum(crate = crate::kit)] enum E { InReview, r#Box }";
    assert_expansion("db_enum_renamed", Macro::DbEnum, input);
}

#[test]
fn role_ladder() {
    assert_expansion("role_ladder", Macro::Role, LADDER);
}

#[test]
fn role_includes() {
    let input = "#[role(crate = ::kit)] enum Role { Reader, Writer, #[role(includes(Reader, Writer))] Editor, \
                 Cashier, #[role(includes(Editor, Cashier))] Boss }";
    assert_expansion("role_includes", Macro::Role, input);
}
