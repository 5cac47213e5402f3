// 4 mistakes.
use skeleton_runtime::prelude::*;

#[resource(renamed_from = "articles")]
pub struct Article {
    pub id: Uuid,
    #[field(renamed_from = "id")]
    pub headline: String,
    #[field(renamed_from = "text")]
    pub body: String,
    #[field(renamed_from = "text")]
    pub summary: String,
    #[field(renamed_from = "the note")]
    pub note: String,
}

fn main() {}
