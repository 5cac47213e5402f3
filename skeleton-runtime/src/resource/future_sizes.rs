//! The work of a request is one value, which is moved several times before it begins. A key held by value, or a rare way
//! that is awaited in place, makes all requests slower.

use axum::http::HeaderMap;

use super::handlers::{Endpoint, PathParams};
use super::operation::Operation;

/// In bytes.
const MOST: usize = 4 * 1024;

fn of_two<A, B, R>(_: impl Fn(A, B) -> R) -> usize {
    size_of::<R>()
}

fn of_three<A, B, C, R>(_: impl Fn(A, B, C) -> R) -> usize {
    size_of::<R>()
}

fn of_four<A, B, C, D, R>(_: impl Fn(A, B, C, D) -> R) -> usize {
    size_of::<R>()
}

#[test]
fn the_work_of_a_request_is_small() {
    type This = &'static Endpoint;
    for (name, size) in [
        (
            "enter",
            of_three::<This, Operation, &'static HeaderMap, _>(Endpoint::enter),
        ),
        (
            "get",
            of_four::<This, PathParams, HeaderMap, _, _>(Endpoint::get),
        ),
        ("list", of_three::<This, HeaderMap, _, _>(Endpoint::list)),
        ("create", of_two::<This, _, _>(Endpoint::create)),
        ("bulk", of_two::<This, _, _>(Endpoint::bulk)),
        (
            "update",
            of_three::<This, PathParams, _, _>(Endpoint::update),
        ),
        (
            "replace",
            of_three::<This, PathParams, _, _>(Endpoint::replace),
        ),
        (
            "delete",
            of_three::<This, PathParams, _, _>(Endpoint::delete),
        ),
        (
            "restore",
            of_three::<This, PathParams, _, _>(Endpoint::restore),
        ),
    ] {
        assert!(size <= MOST, "{name}: {size} bytes");
    }
}
