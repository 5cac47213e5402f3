use skeleton_runtime::prelude::*;

#[utoipa::path(get, path = "/ping")]
async fn ping() {}

fn routes() -> skeleton_runtime::app::Routes {
    routes!(ping)
}

fn main() {}
