use skeleton_runtime::prelude::*;

pub struct Place {
    pub latitude: f64,
}

#[resource]
pub struct Shop {
    pub id: Uuid,
    pub place: Jsonb<Place>,
}

fn main() {}
