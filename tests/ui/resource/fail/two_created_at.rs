use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    pub created_at: DateTime<Utc>,
    #[field(created_at)]
    pub made: DateTime<Utc>,
}

fn main() {}
