//! The resources, held to the contract.

use example_app::app;
use example_app::models::{Article, Category, Comment};
use skeleton_runtime::conformance;

conformance!(Article);
conformance!(Category);
conformance!(Comment);
