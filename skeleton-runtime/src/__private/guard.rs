//! What `#[requires_role]` puts beside a handler.

/// `pub __requires_role_ping = [Term::Public], __path_ping or __no_path_ping`: the type that carries a handler's rule.
///
/// It knows the path too, which `#[utoipa::path]` makes above or below; where that is missing, a type of the same name says
/// nothing. An item goes before one that a glob brings.
#[doc(hidden)]
#[macro_export]
macro_rules! __guard {
    ($vis:vis $guard:ident = [$($term:expr),* $(,)?], $path:ident or $none:ident) => {
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations)]
        $vis struct $guard;

        #[doc(hidden)]
        mod $none {
            #[allow(
                dead_code,
                missing_debug_implementations,
                missing_docs,
                non_camel_case_types,
                unreachable_pub
            )]
            pub struct $path;
        }
        #[allow(unused_imports)]
        use $none::*;

        #[automatically_derived]
        impl $crate::__private::GuardRule for $guard {
            const RULE: $crate::__private::Rule = $crate::__private::Rule(&[$($term),*]);
        }

        #[automatically_derived]
        impl $crate::__private::Beside for $guard {
            type Path = $path;
        }
    };
}
