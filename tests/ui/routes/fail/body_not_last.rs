use skeleton_runtime::prelude::*;

#[utoipa::path(post, path = "/ping/{id}")]
#[requires_role(public)]
async fn ping(_: Json<u8>, _: Path<u8>) {}

fn routes() -> skeleton_runtime::app::Routes {
    routes!(ping)
}

fn main() {}
