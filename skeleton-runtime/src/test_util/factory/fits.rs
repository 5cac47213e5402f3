//! What a setter of a factory takes.

use crate::Secret;
use crate::resource::Jsonb;

/// A value that a setter takes for a field of type `T`: `T` itself, or what is written more easily for it, as `&str` for a
/// text, or a plain value where NULL could be. Messages pass over the implementations: they would list them all.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for a field of type `{T}`",
    label = "expected `{T}`"
)]
pub trait Fits<T> {
    /// The value of the field.
    fn fit(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T> Fits<T> for T {
    fn fit(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> Fits<Option<T>> for T {
    fn fit(self) -> Option<T> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T> Fits<Secret<T>> for T {
    fn fit(self) -> Secret<T> {
        Secret::new(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T> Fits<Jsonb<T>> for T {
    fn fit(self) -> Jsonb<T> {
        Jsonb(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T> Fits<Option<Jsonb<T>>> for T {
    fn fit(self) -> Option<Jsonb<T>> {
        Some(Jsonb(self))
    }
}

#[diagnostic::do_not_recommend]
impl Fits<String> for &str {
    fn fit(self) -> String {
        self.to_owned()
    }
}

#[diagnostic::do_not_recommend]
impl Fits<Option<String>> for &str {
    fn fit(self) -> Option<String> {
        Some(self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl Fits<Secret<String>> for &str {
    fn fit(self) -> Secret<String> {
        Secret::new(self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl Fits<Option<Secret<String>>> for &str {
    fn fit(self) -> Option<Secret<String>> {
        Some(Secret::new(self.to_owned()))
    }
}
