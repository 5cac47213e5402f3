//! The resources: `cargo run -- generate resource NAME field:type…` writes further ones.

mod note;

pub use note::Note;
