//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

pub mod discriminant {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    pub enum Status {
        Draft,
    }

    pub fn main() {}
}

pub mod empty_name {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    pub enum Status {
        #[serde(rename = "draft")]
        Draft,
    }

    pub fn main() {}
}

pub mod fields {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    pub enum Status {
        Draft,
        Published,
    }

    pub fn main() {}
}

pub mod generics {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    pub enum Status {
        Draft,
    }

    pub fn main() {}
}

pub mod renamed_enum {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]

    pub enum Status {
        Draft,
    }

    pub fn main() {}
}

pub mod serde_key {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    pub enum Status {
        Draft,

        Unknown,
    }

    pub fn main() {}
}

pub mod unknown_key {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    #[db_enum(crate = ::skeleton_runtime)]
    pub enum Status {
        Draft,
    }

    pub fn main() {}
}

pub mod unknown_rule {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    #[serde(rename_all = "snake_case")]
    pub enum Status {
        Draft,
    }

    pub fn main() {}
}
