use skeleton_runtime::prelude::*;

pub mod admin {
    use skeleton_runtime::prelude::*;

    #[utoipa::path(delete, path = "/articles")]
    #[requires_role(Admin)]
    pub async fn purge() {}
}

fn routes() -> skeleton_runtime::app::Routes {
    routes!(purge)
}

fn main() {}
