//! What a resource and its payloads derive, with words of our own where a field lacks it.

/// `Article [Clone Debug PartialEq] { id, status as Of<Status> }`: the traits, over the fields.
///
/// The compiler's own derives would tell a type that lacks them once for each trait and each struct. A type that may lack
/// them stands here as an [`Of`](super::Of), of which it tells one error.
#[doc(hidden)]
#[macro_export]
macro_rules! __derived {
    ($type:ident [$($trait:ident)*] $fields:tt) => {
        $($crate::__derived! { @$trait $type $fields })*
    };
    (@Clone $type:ident { $($field:ident $(as $of:ty)?),* $(,)? }) => {
        #[automatically_derived]
        impl ::core::clone::Clone for $type {
            fn clone(&self) -> Self {
                Self { $($field: $crate::__private::cloned$(::<$of>)?(&self.$field)),* }
            }
        }
    };
    (@Debug $type:ident { $($field:ident $(as $of:ty)?),* $(,)? }) => {
        #[automatically_derived]
        impl ::core::fmt::Debug for $type {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private::debug(
                    formatter,
                    ::core::stringify!($type),
                    &[$((::core::stringify!($field), $crate::__private::shown$(::<$of>)?(&self.$field))),*],
                )
            }
        }
    };
    (@PartialEq $type:ident { $($field:ident $(as $of:ty)?),* $(,)? }) => {
        #[automatically_derived]
        impl ::core::cmp::PartialEq for $type {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                let _ = other;
                true $(&& $crate::__private::is_same$(::<$of>)?(&self.$field, &other.$field))*
            }
        }
    };
}
