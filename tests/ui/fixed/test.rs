//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

pub mod all_at_once {
    // 5 mistakes.
    use skeleton_runtime::prelude::*;
    use skeleton_runtime::test_util::TestApp;

    fn app() -> App {
        App::new(package!())
    }

    #[skeleton_runtime::test(app = app, set("AUTH_REGISTRATION" = "false"))]
    async fn pages(app: TestApp) {
        let _ = app;
    }

    pub fn main() {}
}

pub mod as_role_text {
    use skeleton_runtime::test_util::{TestApp, TestClient};

    pub fn admin(app: &TestApp) -> TestClient<'_> {
        app.as_role(skeleton_runtime::prelude::Role::Admin)
    }

    pub fn main() {}
}

pub mod by_reference {
    use skeleton_runtime::prelude::*;
    use skeleton_runtime::test_util::TestApp;

    fn app() -> App {
        App::new(package!())
    }

    #[skeleton_runtime::test]
    async fn pages(app: TestApp) {
        let _ = app;
    }

    pub fn main() {}
}

pub mod factory_unknown_field {
    use skeleton_runtime::prelude::*;
    use skeleton_runtime::test_util::TestApp;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub async fn make(app: &TestApp) -> Article {
        Article::factory().title("A").create(app).await
    }

    pub fn main() {}
}

pub mod factory_value {
    use skeleton_runtime::prelude::*;
    use skeleton_runtime::test_util::TestApp;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub async fn make(app: &TestApp) -> Article {
        Article::factory().title("5").create(app).await
    }

    pub fn main() {}
}

pub mod generics {
    use skeleton_runtime::prelude::*;
    use skeleton_runtime::test_util::TestApp;

    fn app() -> App {
        App::new(package!())
    }

    #[skeleton_runtime::test]
    async fn pages(app: TestApp) {
        let _ = app;
    }

    pub fn main() {}
}

pub mod no_parameter {
    use skeleton_runtime::prelude::*;

    fn app() -> App {
        App::new(package!())
    }

    #[skeleton_runtime::test]
    async fn pages(app: TestApp) {}

    pub fn main() {}
}

pub mod not_async {
    use skeleton_runtime::prelude::*;
    use skeleton_runtime::test_util::TestApp;

    fn app() -> App {
        App::new(package!())
    }

    #[skeleton_runtime::test]
    async fn pages(app: TestApp) {
        let _ = app;
    }

    pub fn main() {}
}

pub mod two_parameters {
    use skeleton_runtime::prelude::*;
    use skeleton_runtime::test_util::TestApp;

    fn app() -> App {
        App::new(package!())
    }

    #[skeleton_runtime::test]
    async fn pages(app: TestApp) {
        let _ = (app, page);
    }

    pub fn main() {}
}

pub mod two_tests {
    use skeleton_runtime::prelude::*;
    use skeleton_runtime::test_util::TestApp;

    fn app() -> App {
        App::new(package!())
    }

    #[skeleton_runtime::test]

    async fn pages(app: TestApp) {
        let _ = app;
    }

    pub fn main() {}
}

pub mod unknown_key {
    use skeleton_runtime::prelude::*;
    use skeleton_runtime::test_util::TestApp;

    fn app() -> App {
        App::new(package!())
    }

    #[skeleton_runtime::test(app = crate::app)]
    async fn pages(app: TestApp) {
        let _ = app;
    }

    pub fn main() {}
}
