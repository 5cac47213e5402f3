//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

pub mod above_resource {
    use skeleton_runtime::prelude::*;

    #[requires_role(read = Viewer)]
    #[resource]
    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod all_at_once {
    // 3 mistakes.
    use skeleton_runtime::prelude::*;

    #[requires_role(Admin)]
    async fn publish() {}

    pub fn main() {}
}

pub mod keys {
    use skeleton_runtime::prelude::*;

    #[requires_role(Admin)]
    async fn publish() {}

    pub fn main() {}
}

pub mod no_resource {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin)]
    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod no_role {
    use skeleton_runtime::prelude::*;

    #[requires_role(Admin)]
    async fn publish() {}

    pub fn main() {}
}

pub mod not_async {
    use skeleton_runtime::prelude::*;

    #[requires_role(Admin)]
    async fn publish() -> &'static str {
        "published"
    }

    pub fn main() {}
}

pub mod unknown_role {
    use skeleton_runtime::prelude::*;

    #[requires_role(Admin)]
    async fn publish() {}

    pub fn main() {}
}
