//! What handlers take: like axum's extractors of the same names, with the contract's problem bodies.

mod json;
mod path;
mod query;

pub use json::Json;
pub use path::Path;
pub use query::Query;

/// A tuple struct that is used as what it holds.
macro_rules! transparent {
    ($name:ident) => {
        impl<T> std::ops::Deref for $name<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> std::ops::DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }
    };
}
use transparent;
