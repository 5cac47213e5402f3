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
    Fastapi: "coming-from-fastapi.md",
    Django: "coming-from-django.md",
    Spring: "coming-from-spring.md",
}
