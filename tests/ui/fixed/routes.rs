//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

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
