use skeleton_runtime::prelude::*;

pub enum Rank {
    Reader,
    Writer,
}

fn app() -> App {
    App::new(package!()).roles::<Rank>()
}

fn main() {}
