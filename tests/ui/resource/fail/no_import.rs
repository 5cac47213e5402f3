#[skeleton_runtime::resource]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
