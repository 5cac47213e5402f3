//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

pub mod fields {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
    pub enum Roles {
        Reader,
        Writer,
    }

    pub fn main() {}
}

pub mod unknown_key {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
    pub enum Roles {
        #[role(default)]
        Reader,
    }

    pub fn main() {}
}

pub mod unknown_role {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
    pub enum Roles {
        Reader,
        #[role(includes(Reader))]
        Writer,
    }

    pub fn main() {}
}
