use skeleton_runtime::prelude::*;

#[utoipa::path(get, path = "/ping")]
#[requires_role(public)]
async fn ping() {}

fn routes() -> skeleton_runtime::app::Routes {
    routes!(pong)
}

fn main() {}
