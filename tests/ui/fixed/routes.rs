//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

pub mod handler_of_another_module {
    use skeleton_runtime::prelude::*;

    use admin::purge;

    pub mod admin {
        use skeleton_runtime::prelude::*;

        #[utoipa::path(delete, path = "/articles")]
        #[requires_role(Admin)]
        pub async fn purge() {}
    }

    fn routes() -> skeleton_runtime::app::Routes {
        routes!(purge)
    }

    pub fn main() {}
}

pub mod no_guard {
    use skeleton_runtime::prelude::*;

    #[utoipa::path(get, path = "/ping")]
    #[requires_role(Admin)]
    async fn ping() {}

    fn routes() -> skeleton_runtime::app::Routes {
        routes!(ping)
    }

    pub fn main() {}
}

pub mod no_path {
    use skeleton_runtime::prelude::*;

    #[utoipa::path(get, path = "/ping")]
    #[requires_role(public)]
    async fn ping() {}

    fn routes() -> skeleton_runtime::app::Routes {
        routes!(ping)
    }

    pub fn main() {}
}

pub mod relative_crate {
    use skeleton_runtime::prelude::*;

    #[utoipa::path(get, path = "/ping")]
    #[requires_role(public)]
    async fn ping() {}

    fn routes() -> skeleton_runtime::app::Routes {
        routes!(crate = ::skeleton_runtime, ping)
    }

    pub fn main() {}
}

pub mod twice {
    use skeleton_runtime::prelude::*;

    #[utoipa::path(get, path = "/ping")]
    #[requires_role(public)]
    async fn ping() {}

    fn routes() -> skeleton_runtime::app::Routes {
        routes!(ping)
    }

    pub fn main() {}
}

pub mod unknown_handler {
    use skeleton_runtime::prelude::*;

    #[utoipa::path(get, path = "/ping")]
    #[requires_role(public)]
    async fn ping() {}

    fn routes() -> skeleton_runtime::app::Routes {
        routes!(ping)
    }

    pub fn main() {}
}
