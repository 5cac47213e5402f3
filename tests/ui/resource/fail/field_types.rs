// 6 mistakes.
use skeleton_runtime::prelude::*;

use std::collections::HashMap;

#[resource]
pub struct Article {
    pub id: Uuid,
    pub views: u32,
    pub tags: HashMap<String, String>,
    pub notes: Vec<i32>,
    pub token: Secret<Option<String>>,
    pub title: &'static str,
    pub rating: Option<Option<f64>>,
}

fn main() {}
