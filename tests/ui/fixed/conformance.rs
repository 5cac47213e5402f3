//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

pub mod unknown_key {
    // 2 mistakes.
    use skeleton_runtime::conformance;
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Book {
        pub id: Uuid,
        pub code: String,
    }

    fn app() -> App {
        App::new(package!())
    }

    conformance!(Book, values(code = "A-1"));

    pub fn main() {}
}

pub mod unknown_operation {
    // 2 mistakes.
    use skeleton_runtime::conformance;
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Book {
        pub id: Uuid,
    }

    fn app() -> App {
        App::new(package!())
    }

    conformance!(Book, without(list));

    pub fn main() {}
}
