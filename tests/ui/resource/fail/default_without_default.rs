use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(default)]
    pub size: Jsonb<std::num::NonZeroU8>,
}

fn main() {}
