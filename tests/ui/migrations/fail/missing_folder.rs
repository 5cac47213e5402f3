use skeleton_runtime::prelude::*;

fn main() {
    let _ = migrations!("no/such/folder");
}
