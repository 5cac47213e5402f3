use skeleton_runtime::prelude::*;

/// A thing to do.
#[resource]
pub struct Task {
    pub id: Uuid,
    pub title: String,
    #[field(default, filter, index)]
    pub done: bool,
}

fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Task>()
}

fn main() -> ExitCode {
    app().run()
}

#[cfg(test)]
mod tests;
