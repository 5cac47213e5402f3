use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(deleted_at)]
    pub gone: DateTime<Utc>,
}

fn main() {}
