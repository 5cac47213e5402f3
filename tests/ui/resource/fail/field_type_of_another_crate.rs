use std::net::IpAddr;

use skeleton_runtime::prelude::*;

#[resource]
pub struct Visit {
    pub id: Uuid,
    pub address: IpAddr,
}

fn main() {}
