//! The notebook, which has all that a resource can have, held to the contract.

use serde_json::json;
use skeleton_runtime::conformance;
use skeleton_tests::notebook::{Entry, Note, Tag, app};

conformance!(Note, values(look = json!({"color": "red"}), stars = 5));
// Its list and its creation are written by hand, and answer in forms of their own.
conformance!(Tag, without(list, create));
conformance!(Entry);
