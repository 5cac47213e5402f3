use skeleton_runtime::prelude::*;

#[requires_role(public)]
async fn ping() {}

fn routes() -> skeleton_runtime::app::Routes {
    routes!(ping)
}

fn main() {}
