use skeleton_runtime::prelude::*;

pub struct Pong;

#[utoipa::path(get, path = "/ping")]
#[requires_role(public)]
async fn ping() -> Pong {
    Pong
}

fn routes() -> skeleton_runtime::app::Routes {
    routes!(ping)
}

fn main() {}
