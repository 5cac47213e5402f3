//! The examples of the macros, and of the runtime's own README, which are compiled and run as they stand.

macro_rules! examples {
    ($($name:ident: $file:literal,)*) => {
        $(
            #[doc = include_str!(concat!("../../", $file))]
            #[derive(Debug)]
            pub struct $name;
        )*
    };
}

examples! {
    Resource: "skeleton-macros/src/docs/resource.md",
    RequiresRole: "skeleton-macros/src/docs/requires_role.md",
    DbEnum: "skeleton-macros/src/docs/db_enum.md",
    Role: "skeleton-macros/src/docs/role.md",
    Routes: "skeleton-macros/src/docs/routes.md",
    Migrations: "skeleton-macros/src/docs/migrations.md",
    Test: "skeleton-macros/src/docs/test.md",
    Conformance: "skeleton-macros/src/docs/conformance.md",
    Runtime: "skeleton-runtime/README.md",
}
