use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(write_only)]
    pub created_at: DateTime<Utc>,
}

fn main() {}
