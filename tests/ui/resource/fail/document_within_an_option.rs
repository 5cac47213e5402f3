use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Place {
    pub latitude: f64,
}

#[resource]
pub struct Shop {
    pub id: Uuid,
    pub place: Option<Jsonb<Place>>,
}

fn main() {}
