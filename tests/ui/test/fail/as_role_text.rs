use skeleton_runtime::test_util::{TestApp, TestClient};

pub fn admin(app: &TestApp) -> TestClient<'_> {
    app.as_role("ADMIN")
}

fn main() {}
