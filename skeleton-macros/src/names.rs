//! Every key of every attribute, once, with the way it is written.

pub(crate) const RESOURCE_ATTRIBUTE: &str = "resource";
pub(crate) const REQUIRES_ROLE_ATTRIBUTE: &str = "requires_role";
pub(crate) const FIELD_ATTRIBUTE: &str = "field";
pub(crate) const GARDE_ATTRIBUTE: &str = "garde";
pub(crate) const SERDE_ATTRIBUTE: &str = "serde";
pub(crate) const ROLE_ATTRIBUTE: &str = "role";
pub(crate) const DB_ENUM_ATTRIBUTE: &str = "db_enum";

/// The keys of one attribute, or of one list within it.
#[derive(Debug)]
pub(crate) struct Keys {
    /// As in messages: `#[resource]`.
    pub(crate) attribute: &'static str,
    /// A correct use of it.
    pub(crate) example: &'static str,
    /// Each key with a correct use.
    pub(crate) forms: &'static [(&'static str, &'static str)],
}

impl Keys {
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.forms.iter().map(|(name, _)| *name)
    }

    /// How a key is written; the whole attribute for a key that is unknown.
    pub(crate) fn form(&self, name: &str) -> &'static str {
        self.forms
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(self.example, |(_, form)| *form)
    }
}

pub(crate) const PATH: &str = "path";
pub(crate) const TABLE: &str = "table";
pub(crate) const RENAMED_FROM: &str = "renamed_from";
pub(crate) const OPERATIONS: &str = "operations";
pub(crate) const SORT: &str = "sort";
pub(crate) const PAGE: &str = "page";
pub(crate) const HAS_MANY: &str = "has_many";
pub(crate) const INCLUDE_DEPTH: &str = "include_depth";
pub(crate) const HOOKS: &str = "hooks";
pub(crate) const SOFT_DELETE: &str = "soft_delete";
pub(crate) const CRATE: &str = "crate";

pub(crate) static RESOURCE: Keys = Keys {
    attribute: "#[resource]",
    example: r#"#[resource(path = "/articles")]"#,
    forms: &[
        (PATH, r#"path = "/articles""#),
        (TABLE, r#"table = "articles""#),
        (RENAMED_FROM, r#"renamed_from = "posts""#),
        (OPERATIONS, "operations(list, get)"),
        (SORT, r#"sort = "-created_at""#),
        (PAGE, "page(default = 20, max = 100)"),
        (HAS_MANY, "has_many(comments: Comment)"),
        (INCLUDE_DEPTH, "include_depth = 2"),
        (HOOKS, "hooks = Newsroom"),
        (SOFT_DELETE, "soft_delete"),
        (CRATE, "crate = ::skeleton_runtime"),
    ],
};

pub(crate) const DEFAULT: &str = "default";
pub(crate) const MAX: &str = "max";

pub(crate) static PAGE_KEYS: Keys = Keys {
    attribute: "page(…)",
    example: "page(default = 20, max = 100)",
    forms: &[(DEFAULT, "default = 20"), (MAX, "max = 100")],
};

pub(crate) const BELONGS_TO: &str = "belongs_to";
pub(crate) const ON_DELETE: &str = "on_delete";
pub(crate) const READ: &str = "read";
pub(crate) const WRITE: &str = "write";
pub(crate) const COLUMN: &str = "column";

pub(crate) static FIELD: Keys = Keys {
    attribute: "#[field]",
    example: "#[field(filter, sort)]",
    forms: &[
        ("id", "id"),
        ("filter", "filter"),
        (SORT, "sort"),
        ("search", "search"),
        ("unique", "unique"),
        ("index", "index"),
        ("read_only", "read_only"),
        ("write_only", "write_only"),
        ("immutable", "immutable"),
        (DEFAULT, "default = 0"),
        ("owner", "owner"),
        (BELONGS_TO, "belongs_to = Category"),
        (ON_DELETE, "on_delete = cascade"),
        (READ, "read = Admin"),
        (WRITE, "write = Admin"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
        ("deleted_at", "deleted_at"),
        ("version", "version"),
        (COLUMN, r#"column = "headline""#),
        (RENAMED_FROM, r#"renamed_from = "caption""#),
    ],
};

pub(crate) static RULES: Keys = Keys {
    attribute: "#[requires_role]",
    example: "#[requires_role(read = Viewer, write = Member)]",
    forms: &[
        (READ, "read = Viewer"),
        (WRITE, "write = Member"),
        ("list", "list = Viewer"),
        ("get", "get = Viewer"),
        ("create", "create = Member"),
        ("update", "update = owner | Admin"),
        ("replace", "replace = owner | Admin"),
        ("delete", "delete = owner | Admin"),
        ("restore", "restore = Admin"),
    ],
};

pub(crate) const MIN: &str = "min";
pub(crate) const EQUAL: &str = "equal";

/// garde's rules that an endpoint checks; what garde has beyond them is refused, not ignored.
pub(crate) static GARDE: Keys = Keys {
    attribute: "#[garde]",
    example: "#[garde(length(chars, min = 1, max = 200))]",
    forms: &[
        ("length", "length(chars, min = 1, max = 200)"),
        ("range", "range(min = 0, max = 100)"),
        ("pattern", r#"pattern("^[a-z]+$")"#),
        ("contains", r#"contains("@")"#),
        ("prefix", r#"prefix("https://")"#),
        ("suffix", r#"suffix(".png")"#),
        ("ascii", "ascii"),
        ("alphanumeric", "alphanumeric"),
        ("email", "email"),
        ("url", "url"),
        ("ip", "ip"),
        ("ipv4", "ipv4"),
        ("ipv6", "ipv6"),
        ("custom", "custom(my_rule)"),
        ("skip", "skip"),
    ],
};

pub(crate) static LENGTH: Keys = Keys {
    attribute: "length(…)",
    example: "length(chars, min = 1, max = 200)",
    forms: &[
        (MIN, "min = 1"),
        (MAX, "max = 200"),
        (EQUAL, "equal = 8"),
        ("simple", "simple"),
        ("chars", "chars"),
        ("bytes", "bytes"),
        ("graphemes", "graphemes"),
        ("utf16", "utf16"),
    ],
};

pub(crate) static RANGE: Keys = Keys {
    attribute: "range(…)",
    example: "range(min = 0, max = 100)",
    forms: &[(MIN, "min = 0"), (MAX, "max = 100"), (EQUAL, "equal = 1")],
};

pub(crate) const INCLUDES: &str = "includes";

pub(crate) static ROLE_ENUM: Keys = Keys {
    attribute: "#[role]",
    example: "#[role(crate = ::skeleton_runtime)]",
    forms: &[(CRATE, "crate = ::skeleton_runtime")],
};

pub(crate) static ROLE_VARIANT: Keys = Keys {
    attribute: "#[role]",
    example: "#[role(default)]",
    forms: &[(DEFAULT, "default"), (INCLUDES, "includes(Viewer, Editor)")],
};

pub(crate) static DB_ENUM: Keys = Keys {
    attribute: "#[db_enum]",
    example: "#[db_enum(crate = ::skeleton_runtime)]",
    forms: &[(CRATE, "crate = ::skeleton_runtime")],
};

/// Query parameters of a list, so no names of filters.
pub(crate) const LIST_PARAMETERS: [&str; 7] =
    ["limit", "cursor", "sort", "q", "fields", "include", "count"];

pub(crate) const APP: &str = "app";
pub(crate) const SET: &str = "set";
pub(crate) const WITHOUT: &str = "without";
pub(crate) const VALUES: &str = "values";

/// The only parameter of a test, by its type's last word.
pub(crate) const TEST_APP: &str = "TestApp";

pub(crate) static TEST: Keys = Keys {
    attribute: "#[skeleton_runtime::test]",
    example: "#[skeleton_runtime::test(app = crate::app)]",
    forms: &[
        (APP, "app = crate::app"),
        (SET, r#"set("AUTH_REGISTRATION" = "false")"#),
        (CRATE, "crate = ::skeleton_runtime"),
    ],
};

pub(crate) static CONFORMANCE: Keys = Keys {
    attribute: "conformance!",
    example: "conformance!(Article, app = crate::app)",
    forms: &[
        (APP, "app = crate::app"),
        (SET, r#"set("AUTH_REGISTRATION" = "false")"#),
        (VALUES, r#"values(code = "A-1")"#),
        (WITHOUT, "without(create)"),
        (CRATE, "crate = ::skeleton_runtime"),
    ],
};

/// All that can be done with a resource.
pub(crate) const OPERATION_NAMES: [&str; 8] = [
    "list", "get", "create", "update", "replace", "delete", "bulk", "restore",
];
