//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

pub mod not_async {
    use skeleton_runtime::prelude::*;

    pub struct Newsroom;

    #[resource(hooks = Newsroom)]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    impl Hooks<Article> for Newsroom {
        async fn before_create(_: &mut Context<'_>, _: &mut NewArticle) -> Result<()> {
            Ok(())
        }
    }

    pub fn main() {}
}

pub mod of_no_resource {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
    }

    pub struct Newsroom;

    impl Hooks<Article> for Newsroom {}

    pub fn main() {}
}

pub mod wrong_context {
    use skeleton_runtime::prelude::*;

    pub struct Newsroom;

    #[resource(hooks = Newsroom)]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    impl Hooks<Article> for Newsroom {
        async fn before_create(_: &mut Context<'_>, _: &mut NewArticle) -> Result<()> {
            Ok(())
        }
    }

    pub fn main() {}
}

pub mod wrong_payload {
    use skeleton_runtime::prelude::*;

    pub struct Newsroom;

    #[resource(hooks = Newsroom)]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    impl Hooks<Article> for Newsroom {
        async fn before_create(_: &mut Context<'_>, _: &mut NewArticle) -> Result<()> {
            Ok(())
        }
    }

    pub fn main() {}
}

pub mod wrong_return {
    use skeleton_runtime::prelude::*;

    pub struct Newsroom;

    #[resource(hooks = Newsroom)]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    impl Hooks<Article> for Newsroom {
        async fn before_create(_: &mut Context<'_>, _: &mut NewArticle) -> Result<()> { Ok(()) }
    }

    pub fn main() {}
}
