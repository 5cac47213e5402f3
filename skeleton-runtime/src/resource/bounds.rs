//! Bounds that an expansion asks for at the user's own words; for messages of the compiler, not for use.
//!
//! Each is a trait of [`Skeleton`] about `T` rather than one of `T` itself: of a type of the user's the compiler would
//! show the definition too, and of a trait with many implementations a list of them. Each has one implementation,
//! which messages pass over, so that what they say is the words here. `It` is the type again: what is computed with it
//! after an error is not reported once more.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::auth::RoleSet;
use crate::{Result, Secret};

use super::{ColumnType, Hooks, Jsonb, Resource};

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Skeleton;

/// A trait for each type that a field may have around one of the user's. Its bounds are those of the whole type, so that
/// none of what is computed with it has others.
macro_rules! fields {
    ($(#[$words:meta] [$more:ident] $($is:ident $of:ident $ty:ty;)*)*) => {$($(
        #[doc = concat!("`", stringify!($ty), "` can be a field.")]
        #[$words]
        pub trait $is<T> {
            /// The type of the field.
            type It: ColumnType + Serialize + Clone + Debug + PartialEq;
        }

        #[diagnostic::do_not_recommend]
        impl<T> $is<T> for Skeleton
        where
            $ty: ColumnType + Serialize + Clone + Debug + PartialEq + $more,
        {
            type It = $ty;
        }

        #[doc = concat!("`", stringify!($ty), "`, if it can be a field.")]
        pub type $of<T> = <Skeleton as $is<T>>::It;
    )*)*};
}

fields! {
    #[diagnostic::on_unimplemented(
        message = "`{T}` cannot be a field of a resource",
        label = "not a column type",
        note = "for an enum write `#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]` on it, for a document `Jsonb<{T}>`; other \
                fields are `bool`, `i16`, `i32`, `i64`, `f32`, `f64`, `String`, `Uuid`, `DateTime<Utc>`, `NaiveDate`, `NaiveTime`, `Decimal`, `JsonValue`, \
                `Vec<u8>`, `Vec<String>`, `Secret<T>`, and `Option` of each"
    )]
    [Sized]
    IsColumn Of T;
    IsNullableColumn OptionOf Option<T>;
    IsSecretColumn SecretOf Secret<T>;
    IsNullableSecretColumn OptionSecretOf Option<Secret<T>>;

    #[diagnostic::on_unimplemented(
        message = "`{T}` cannot be a document in a column",
        label = "needs what JSON is read and written by",
        note = "write `#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]` on `{T}`"
    )]
    [DeserializeOwned]
    IsDocument JsonbOf Jsonb<T>;
    IsNullableDocument OptionJsonbOf Option<Jsonb<T>>;
    IsSecretDocument SecretJsonbOf Secret<Jsonb<T>>;
    IsNullableSecretDocument OptionSecretJsonbOf Option<Secret<Jsonb<T>>>;
}

/// `T` is a resource.
#[diagnostic::on_unimplemented(
    message = "`{T}` is not a resource",
    label = "needs `#[resource]`",
    note = "put `#[resource]` on the struct `{T}`"
)]
pub trait IsResource<T> {
    /// The type.
    type It: Resource;
}

#[diagnostic::do_not_recommend]
impl<T: Resource> IsResource<T> for Skeleton {
    type It = T;
}

/// `T`, if it is a resource.
pub type ResourceOf<T> = <Skeleton as IsResource<T>>::It;

/// A field of type `K` can hold a primary key.
#[diagnostic::on_unimplemented(
    message = "a field of type `{K}` cannot refer to a primary key of type `{Self}`",
    label = "needs to be `{Self}`, or an `Option` of it",
    note = "give the field the type of the other's primary key"
)]
pub trait IsKey<K> {
    /// The type.
    type It;
}

#[diagnostic::do_not_recommend]
impl<K> IsKey<K> for K {
    type It = K;
}

/// `K`, if it is the type of the primary key of `T`.
pub type KeyOf<T, K> = <<ResourceOf<T> as Resource>::Id as IsKey<K>>::It;

/// `H` are the hooks of `T`.
#[diagnostic::on_unimplemented(
    message = "`{H}` has no hooks for `{T}`",
    label = "needs `impl Hooks<{T}>`",
    note = "write `impl Hooks<{T}> for {H} {{}}`, with the hooks that there are in the braces"
)]
pub trait HasHooks<T, H> {
    /// The hooks.
    type It: Hooks<T>
    where
        T: Resource;
}

#[diagnostic::do_not_recommend]
impl<T: Resource, H: Hooks<T>> HasHooks<T, H> for Skeleton {
    type It = H;
}

/// `H`, if they are the hooks of `T`.
pub type HooksOf<T, H> = <Skeleton as HasHooks<T, H>>::It;

/// What a hook gives: an `async fn` that returns `Result<()>` is one.
#[diagnostic::on_unimplemented(
    message = "a hook is an `async fn` that returns `Result<()>`",
    label = "write `async fn` and `-> Result<()>`"
)]
pub trait HookFuture: Future<Output = Result<()>> {}

#[diagnostic::do_not_recommend]
impl<F: Future<Output = Result<()>>> HookFuture for F {}

/// `R` is a set of roles.
#[diagnostic::on_unimplemented(
    message = "`{R}` is not a set of roles",
    label = "needs `#[derive(Role)]`",
    note = "name an enum with `#[derive(Role)]`, or the prelude's `Role`"
)]
pub trait IsRoleSet<R> {
    /// The roles.
    type It: RoleSet;
}

#[diagnostic::do_not_recommend]
impl<R: RoleSet> IsRoleSet<R> for Skeleton {
    type It = R;
}

/// `R`, if it is a set of roles.
pub type RolesOf<R> = <Skeleton as IsRoleSet<R>>::It;

/// `T` has a value of its own for where none is given.
#[diagnostic::on_unimplemented(
    message = "`{T}` has no default",
    label = "needs a value where none is given",
    note = "write `default = …` with a value, or `#[derive(Default)]` on `{T}`, with `#[default]` on a variant"
)]
pub trait HasDefault<T> {
    /// The type.
    type It: Default;
}

#[diagnostic::do_not_recommend]
impl<T: Default> HasDefault<T> for Skeleton {
    type It = T;
}

/// `T`, if it has a default.
pub type DefaultOf<T> = <Skeleton as HasDefault<T>>::It;

/// A role, which is handed on by copy.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be copied",
    label = "needs `Copy`",
    note = "write `#[derive(Debug, Clone, Copy, PartialEq)]` on `{T}`, beside the derive that is there"
)]
pub trait IsCopy<T> {
    /// The type.
    type It: Copy;
}

#[diagnostic::do_not_recommend]
impl<T: Copy> IsCopy<T> for Skeleton {
    type It = T;
}

/// `T`, if it is `Copy`.
pub type CopyOf<T> = <Skeleton as IsCopy<T>>::It;
