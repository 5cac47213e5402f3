//! The pages of the documentation whose code is compiled and run as it stands.

macro_rules! pages {
    ($($name:ident: $file:literal,)*) => {
        $(
            #[doc = include_str!(concat!("../../docs/", $file))]
            #[derive(Debug)]
            pub struct $name;
        )*
    };
}

pages! {
    CommandLine: "command-line.md",
    Django: "coming-from-django.md",
    Fastapi: "coming-from-fastapi.md",
    Fields: "fields.md",
    Handlers: "handlers.md",
    Hooks: "hooks.md",
    Index: "index.md",
    Migrations: "migrations.md",
    Observability: "observability.md",
    Resources: "resources.md",
    Roles: "roles.md",
    Spring: "coming-from-spring.md",
}
