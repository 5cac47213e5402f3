use skeleton_runtime::prelude::*;

#[resource(soft_delete = true)]
pub struct Article {
    pub id: Uuid,
    pub deleted_at: Option<DateTime<Utc>>,
}

fn main() {}
