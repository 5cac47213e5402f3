use skeleton_runtime::prelude::*;

#[utoipa::path(get, path = "/ping")]
#[requires_role(public)]
async fn ping(_: u32) {}

fn routes() -> skeleton_runtime::app::Routes {
    routes!(ping)
}

fn main() {}
