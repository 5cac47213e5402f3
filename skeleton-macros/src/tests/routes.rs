use super::{Macro, assert_expansion};

#[test]
fn routes() {
    assert_expansion("routes", Macro::Routes, "publish, admin::purge, r#move");
}

#[test]
fn routes_of_another_crate() {
    assert_expansion("routes_crate", Macro::Routes, "crate = crate::kit, publish");
}
