use skeleton_runtime::prelude::*;

fn main() {
    let _ = migrations!(folder);
}
