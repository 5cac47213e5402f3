use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(created_at, updated_at)]
    pub time: DateTime<Utc>,
}

fn main() {}
