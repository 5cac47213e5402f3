//! How rows and bodies become structs: the same code for each resource, over the fields that its expansion names.

/// `Article [Clone Debug PartialEq] { id: 0, status: 1 as Of<Status>, … }`: a struct whose fields are the columns at these
/// indexes, and the traits that it lacks.
#[doc(hidden)]
#[macro_export]
macro_rules! __row {
    ($type:ident [$($trait:ident)*] { $($field:ident: $index:tt $(as $of:ty)?),* $(,)? }) => {
        #[automatically_derived]
        impl $crate::__private::FromRow for $type {
            fn from_row(
                row: &$crate::__private::Row<'_>,
            ) -> $crate::__private::diesel::deserialize::Result<Self> {
                ::core::result::Result::Ok(Self {
                    $($field: $crate::__private::column$(::<$of>)?(row, $index)?),*
                })
            }
        }

        $crate::__derived! { $type [$($trait)*] { $($field $(as $of)?),* } }
    };
}

/// The body of a create:
/// `pub NewArticle for Article { pub title(__title): String = required(1), … } check { field(1, title, __title); }`.
///
/// In parentheses stands what the field is called while it is read. After the type of each field stands how `Body` reads it, and the index of its column. What may be no column type
/// at all stands there once more as an [`Of`](super::Of).
#[doc(hidden)]
#[macro_export]
macro_rules! __new_payload {
    (
        $(#[$doc:meta])* $vis:vis $type:ident for $resource:ident {
            $(
                $(#[$field_doc:meta])* $field_vis:vis $field:ident($local:ident): $ty:ty
                    = $read:ident $(::<$of:ty>)? ($index:literal $(, $default:expr)?)
            ),* $(,)?
        }
        check { $($check:ident($place:literal, $checked:ident, $read_as:ident $(, $rule:expr)?);)* }
    ) => {
        $(#[$doc])*
        $vis struct $type {
            $($(#[$field_doc])* $field_vis $field: $ty,)*
        }

        $crate::__derived! { $type [Clone Debug PartialEq] { $($field $(as $of)?),* } }

        #[automatically_derived]
        impl $crate::__private::Payload for $type {
            fn read(body: &mut $crate::__private::Body<'_>) -> ::core::option::Option<Self> {
                let _ = &body;
                $(let $local = body.$read$(::<$of>)?($index $(, $default)?);)*
                $(body.$check($place, &$read_as $(, $rule)?);)*
                ::core::option::Option::Some(Self { $($field: $local?),* })
            }

            fn check(&self, checker: &mut $crate::__private::Checker<'_>) {
                let _ = &checker;
                $(checker.$check($place, &self.$checked $(, $rule)?);)*
            }

            fn into_values(self, values: &mut $crate::__private::Values) {
                let _ = &values;
                $(values.push$(::<$of>)?($index, self.$field);)*
            }
        }

        $crate::__private::factory! {
            $vis $type for $resource { $($field_vis $field: $ty $(as $of)? = $index),* }
        }
    };
}

/// The body of an update: as [`__new_payload`], each field a `Patch`; those in `keep` are set by server code alone.
#[doc(hidden)]
#[macro_export]
macro_rules! __changes_payload {
    (
        $(#[$doc:meta])* $vis:vis $type:ident {
            $(
                $(#[$field_doc:meta])* $field_vis:vis $field:ident($local:ident): $ty:ty
                    = $read:ident $(::<$of:ty>)? ($index:literal $(, $default:expr)?)
            ),* $(,)?
        }
        keep {
            $(
                $(#[$kept_doc:meta])* $kept_vis:vis $kept:ident($kept_local:ident): $kept_ty:ty
                    = patch $(::<$kept_of:ty>)? ($kept_index:literal)
            ),* $(,)?
        }
        check { $($check:ident($place:literal, $checked:ident, $read_as:ident $(, $rule:expr)?);)* }
    ) => {
        $(#[$doc])*
        #[derive(::core::default::Default)]
        $vis struct $type {
            $($(#[$field_doc])* $field_vis $field: $crate::__private::Patch<$ty>,)*
            $($(#[$kept_doc])* $kept_vis $kept: $crate::__private::Patch<$kept_ty>,)*
        }

        $crate::__derived! {
            $type [Clone Debug PartialEq] {
                $($field $(as $crate::__private::Patch<$of>)?,)*
                $($kept $(as $crate::__private::Patch<$kept_of>)?,)*
            }
        }

        #[automatically_derived]
        impl $crate::__private::Payload for $type {
            fn read(body: &mut $crate::__private::Body<'_>) -> ::core::option::Option<Self> {
                let _ = &body;
                $(let $local = body.$read$(::<$of>)?($index $(, $default)?);)*
                $(let $kept_local = ::core::option::Option::Some($crate::__private::Patch::<$kept_ty>::Keep);)*
                $(body.$check($place, &$read_as $(, $rule)?);)*
                ::core::option::Option::Some(Self {
                    $($field: $local?,)*
                    $($kept: $kept_local?,)*
                })
            }

            fn check(&self, checker: &mut $crate::__private::Checker<'_>) {
                let _ = &checker;
                $(checker.$check($place, &self.$checked $(, $rule)?);)*
            }

            fn into_values(self, values: &mut $crate::__private::Values) {
                let _ = &values;
                $(values.patch$(::<$of>)?($index, self.$field);)*
                $(values.patch$(::<$kept_of>)?($kept_index, self.$kept);)*
            }
        }
    };
}

/// The payloads of a resource with a fault that was told, so that nothing else is reported; never run.
#[doc(hidden)]
#[macro_export]
macro_rules! __stub_payload {
    ($(#[$meta:meta])* $vis:vis $type:ident { $($field_vis:vis $field:ident: $ty:ty),* $(,)? }) => {
        #[doc = "Stands in for a payload."]
        $(#[$meta])*
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        $vis struct $type {
            $(#[doc = "As in the resource."] $field_vis $field: $ty,)*
        }

        #[automatically_derived]
        impl $crate::__private::Payload for $type {
            fn read(_: &mut $crate::__private::Body<'_>) -> ::core::option::Option<Self> {
                ::core::option::Option::None
            }

            fn check(&self, _: &mut $crate::__private::Checker<'_>) {}

            fn into_values(self, _: &mut $crate::__private::Values) {}
        }
    };
}

/// utoipa's `ToSchema` from the metadata of a resource: `Article { NewArticle: new_schema, … }`.
#[doc(hidden)]
#[macro_export]
macro_rules! __schemas {
    ($resource:ident { $($type:ident: $schema:ident),* $(,)? }) => {
        $(
            #[automatically_derived]
            impl $crate::__private::utoipa::PartialSchema for $type {
                fn schema() -> $crate::__private::utoipa::openapi::RefOr<$crate::__private::utoipa::openapi::Schema> {
                    $crate::__private::openapi::$schema(<$resource as $crate::__private::Resource>::meta())
                }
            }

            #[automatically_derived]
            impl $crate::__private::utoipa::ToSchema for $type {
                fn name() -> ::std::borrow::Cow<'static, str> {
                    ::std::borrow::Cow::Borrowed(stringify!($type))
                }
            }
        )*
    };
}

/// The factory of a resource, for tests: a setter for each field of a create.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "test-util")]
macro_rules! __factory {
    (
        $vis:vis $new:ident for $resource:ident {
            $($field_vis:vis $field:ident: $ty:ty $(as $of:ty)? = $index:literal),* $(,)?
        }
    ) => {
        const _: () = {
            #[doc = "Makes rows for tests."]
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            $vis struct __Factory($crate::test_util::Factory<$resource>);

            #[allow(
                dead_code,
                clippy::must_use_candidate,
                clippy::return_self_not_must_use,
                reason = "no test needs all of them"
            )]
            impl __Factory {
                $(
                    #[doc = "Sets this field."]
                    $field_vis fn $field(mut self, value: impl $crate::test_util::Fits<$ty>) -> Self {
                        let value = $crate::test_util::Fits::fit(value);
                        self.0.set$(::<$of>)?($index, value, |new, value| new.$field = value);
                        self
                    }
                )*
            }

            #[automatically_derived]
            impl ::core::ops::Deref for __Factory {
                type Target = $crate::test_util::Factory<$resource>;
                fn deref(&self) -> &Self::Target {
                    &self.0
                }
            }

            #[automatically_derived]
            impl $crate::test_util::HasFactory for $resource {
                type Factory = __Factory;
            }

            #[allow(dead_code, reason = "not every resource is made by a test")]
            impl $resource {
                #[doc = "Makes rows for tests: what is not set has a made-up value that passes the rules."]
                #[must_use]
                $vis fn factory() -> __Factory {
                    __Factory($crate::test_util::Factory::new())
                }
            }
        };
    };
}

/// The factory of a resource is for tests: without the feature `test-util` there is none.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "test-util"))]
macro_rules! __factory {
    ($($any:tt)*) => {};
}
