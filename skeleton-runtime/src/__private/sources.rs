//! Where the sources of a program are.

/// A folder in the sources of the crate that says it. A program that is built for release knows none: it would have a
/// path of the machine that built it.
#[doc(hidden)]
#[macro_export]
macro_rules! __folder_of_sources {
    ($folder:tt) => {
        if ::core::cfg!(debug_assertions) {
            ::core::option::Option::Some(::core::concat!(
                ::core::env!("CARGO_MANIFEST_DIR"),
                "/",
                $folder
            ))
        } else {
            ::core::option::Option::None
        }
    };
}
