//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

pub mod no_resource {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
    }

    fn app() -> App {
        App::new(package!()).resource::<Article>()
    }

    pub fn main() {}
}

pub mod no_roles {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Role)]
    pub enum Rank {
        Reader,
        Writer,
    }

    fn app() -> App {
        App::new(package!()).roles::<Rank>()
    }

    pub fn main() {}
}
