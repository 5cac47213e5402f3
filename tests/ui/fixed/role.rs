//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

pub mod circle {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
    pub enum Roles {
        #[role(includes(Writer))]
        Reader,

        Writer,
    }

    pub fn main() {}
}

pub mod fields {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
    pub enum Roles {
        Reader,
        Writer,
    }

    pub fn main() {}
}

pub mod included_twice {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
    pub enum Roles {
        Reader,
        #[role(includes(Reader))]
        Writer,
    }

    pub fn main() {}
}

pub mod includes_itself {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
    pub enum Roles {
        Reader,
        #[role(includes(Reader))]
        Writer,
    }

    pub fn main() {}
}

pub mod not_copy {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Role)]
    pub enum Rank {
        Reader,
        Writer,
    }

    pub fn main() {}
}

pub mod not_derived {
    use skeleton_runtime::prelude::*;

    #[derive(Clone, Copy, Role)]
    pub enum Role {
        Reader,
        Writer,
    }

    #[resource]
    #[requires_role(Writer)]
    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod too_many {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
    pub enum Roles {
        R0,
        R1,
        R2,
        R3,
        R4,
        R5,
        R6,
        R7,
        R8,
        R9,
        R10,
        R11,
        R12,
        R13,
        R14,
        R15,
        R16,
        R17,
        R18,
        R19,
        R20,
        R21,
        R22,
        R23,
        R24,
        R25,
        R26,
        R27,
        R28,
        R29,
        R30,
        R31,
        R32,
        R33,
        R34,
        R35,
        R36,
        R37,
        R38,
        R39,
        R40,
        R41,
        R42,
        R43,
        R44,
        R45,
        R46,
        R47,
        R48,
        R49,
        R50,
        R51,
        R52,
        R53,
        R54,
        R55,
        R56,
        R57,
        R58,
        R59,
        R60,
        R61,
        R62,
        R63,

    }

    pub fn main() {}
}

pub mod two_defaults {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
    pub enum Roles {
        Reader,
        #[role(default)]
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
