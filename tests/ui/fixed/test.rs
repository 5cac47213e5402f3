//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

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
