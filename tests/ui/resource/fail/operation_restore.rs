use skeleton_runtime::prelude::*;

#[resource(soft_delete, operations(list, get, delete, restore))]
pub struct Article {
    pub id: Uuid,
    pub deleted_at: Option<DateTime<Utc>>,
}

fn main() {}
