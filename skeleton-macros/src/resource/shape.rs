//! What the tokens of a field's type tell. What they can't, as aliases, is left to the compiler.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

use crate::diagnostics::error;

/// A field's type, as far as its words go.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) base: Base,
    /// `Option<T>`
    pub(crate) nullable: bool,
    /// `Secret<T>`
    pub(crate) secret: bool,
    /// The type within `Option`.
    pub(crate) inner: Type,
}

/// A type of the user's within that of a field.
pub(crate) enum Open<'a> {
    /// It is to be a column by itself.
    Column(&'a Type),
    /// It stands in a `Jsonb`.
    Document(&'a Type),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Bool,
    I16,
    I32,
    I64,
    F32,
    F64,
    Text,
    Uuid,
    Timestamp,
    Date,
    Time,
    Decimal,
    Json,
    Bytes,
    TextArray,
    /// Another path: an enum with `#[derive(DbEnum)]`, or what the compiler will refuse.
    Other,
}

/// What a field may be; the text of the runtime's own message.
const TYPES: &str = "fields are `bool`, `i16`, `i32`, `i64`, `f32`, `f64`, `String`, `Uuid`, `DateTime<Utc>`, \
     `NaiveDate`, `NaiveTime`, `Decimal`, `JsonValue`, `Jsonb<T>`, `Vec<u8>`, `Vec<String>`, `Secret<T>`, an enum \
     with `#[derive(DbEnum)]`, and `Option` of each";

impl Shape {
    pub(crate) fn of(ty: &Type) -> syn::Result<Self> {
        let ty = unwrapped(ty);
        match generic(ty, "Option") {
            None => Self::of_inner(ty, false),
            Some(inner) if generic(inner, "Option").is_some() => {
                Err(unfit(ty, "write one `Option`"))
            }
            Some(inner) => Self::of_inner(inner, true),
        }
    }

    fn of_inner(ty: &Type, nullable: bool) -> syn::Result<Self> {
        let shape = |base, secret| Self {
            base,
            nullable,
            secret,
            inner: ty.clone(),
        };
        let Some(last) = last_segment(ty) else {
            return Err(unfit(ty, TYPES));
        };
        if last.ident != "Secret" {
            return Ok(shape(base(ty, last)?, false));
        }
        match argument(last) {
            None => Ok(shape(Base::Text, true)),
            Some(hidden) if generic(hidden, "Option").is_some() => {
                Err(unfit(ty, "write `Option<Secret<…>>`"))
            }
            Some(hidden) => Ok(shape(Self::of_inner(hidden, nullable)?.base, true)),
        }
    }

    /// A shape to go on with after an error.
    pub(crate) fn unknown(ty: &Type) -> Self {
        Self {
            base: Base::Other,
            nullable: false,
            secret: false,
            inner: ty.clone(),
        }
    }

    /// The type whose words leave open whether it fits.
    pub(crate) fn open(&self) -> Option<Open<'_>> {
        let shown = generic(&self.inner, "Secret").unwrap_or(&self.inner);
        match self.base {
            Base::Other => Some(Open::Column(shown)),
            Base::Json => generic(shown, "Jsonb").map(Open::Document),
            _ => None,
        }
    }

    /// Whether the type is just `base`: no `Option`, no `Secret`.
    pub(crate) fn is_plain(&self, base: Base) -> bool {
        self.base == base && !self.nullable && !self.secret
    }

    /// Whether a query parameter can be compared with it.
    pub(crate) fn is_scalar(&self) -> bool {
        !matches!(self.base, Base::Json | Base::Bytes | Base::TextArray)
    }
}

fn base(ty: &Type, last: &PathSegment) -> syn::Result<Base> {
    Ok(match last.ident.to_string().as_str() {
        "bool" => Base::Bool,
        "i16" => Base::I16,
        "i32" => Base::I32,
        "i64" => Base::I64,
        "f32" => Base::F32,
        "f64" => Base::F64,
        "String" => Base::Text,
        "Uuid" => Base::Uuid,
        "NaiveDate" => Base::Date,
        "NaiveTime" => Base::Time,
        "Decimal" => Base::Decimal,
        "JsonValue" | "Value" | "Jsonb" => Base::Json,
        "DateTime" => match argument(last).and_then(last_segment) {
            Some(zone) if zone.ident == "Utc" => Base::Timestamp,
            _ => return Err(unfit(ty, "write `DateTime<Utc>`")),
        },
        "Vec" => match argument(last).and_then(last_segment) {
            Some(item) if item.ident == "u8" => Base::Bytes,
            Some(item) if item.ident == "String" => Base::TextArray,
            _ => {
                return Err(unfit(
                    ty,
                    "write `Vec<String>`, `Vec<u8>`, or `Jsonb<Vec<…>>` for a list of other things",
                ));
            }
        },
        name => match instead(name) {
            Some(help) => return Err(unfit(ty, help)),
            None => Base::Other,
        },
    })
}

/// What to write for types that are known not to be columns.
fn instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "u8" | "i8" => "write `i16`",
        "u16" => "write `i32`",
        "u32" | "u64" | "u128" | "i128" | "usize" | "isize" => {
            "write `i64`, or `Decimal` for larger numbers"
        }
        "char" | "str" | "Cow" | "PathBuf" => "write `String`",
        "NaiveDateTime" | "SystemTime" | "Instant" | "OffsetDateTime" => "write `DateTime<Utc>`",
        "BigDecimal" => "write `Decimal`",
        "Duration" => "write `i64`, with the unit in the field's name",
        "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "VecDeque" => {
            "write `Jsonb<…>`, or a resource of its own"
        }
        "Box" | "Rc" | "Arc" | "RefCell" | "Mutex" | "Result" => TYPES,
        _ => return None,
    })
}

fn unfit(ty: &Type, help: &str) -> syn::Error {
    error(
        ty,
        format!("`{}` cannot be a field of a resource", text(ty)),
        help,
    )
}

/// A type as it is usually written.
fn text(ty: &Type) -> String {
    use quote::ToTokens;
    let text = ty.to_token_stream().to_string();
    let text = text
        .replace(" <", "<")
        .replace("< ", "<")
        .replace(" >", ">")
        .replace(" ::", "::");
    text.replace(":: ", "::")
        .replace(" ,", ",")
        .replace("& ", "&")
}

/// The type without the parentheses and invisible groups that `macro_rules!` leaves.
fn unwrapped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => unwrapped(&group.elem),
        Type::Paren(paren) => unwrapped(&paren.elem),
        other => other,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match unwrapped(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// The `T` in `name<T>`.
fn generic<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    last_segment(ty)
        .filter(|segment| segment.ident == name)
        .and_then(argument)
}

/// The first type in the angle brackets.
fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(list) = &segment.arguments else {
        return None;
    };
    list.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(unwrapped(ty)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(ty: &str) -> Result<(Base, bool, bool), String> {
        let ty: Type = syn::parse_str(ty).unwrap();
        let shape = Shape::of(&ty).map_err(|error| error.to_string())?;
        Ok((shape.base, shape.nullable, shape.secret))
    }

    #[test]
    fn types_are_known_by_their_last_word() {
        assert_eq!(shape("uuid::Uuid"), Ok((Base::Uuid, false, false)));
        assert_eq!(
            shape("Option<chrono::DateTime<Utc>>"),
            Ok((Base::Timestamp, true, false))
        );
        assert_eq!(
            shape("Option<Secret<String>>"),
            Ok((Base::Text, true, true))
        );
        assert_eq!(shape("Secret"), Ok((Base::Text, false, true)));
        assert_eq!(shape("Vec<u8>"), Ok((Base::Bytes, false, false)));
        assert_eq!(shape("Status"), Ok((Base::Other, false, false)));
    }

    #[test]
    fn what_cannot_be_a_column_says_what_can() {
        for (ty, help) in [
            ("u32", "write `i64`"),
            ("&'static str", "fields are `bool`"),
            ("Vec<Tag>", "`Jsonb<Vec<…>>`"),
            ("DateTime<Local>", "write `DateTime<Utc>`"),
            ("Secret<Option<String>>", "write `Option<Secret<…>>`"),
            ("Option<Option<i32>>", "write one `Option`"),
        ] {
            let message = shape(ty).unwrap_err();
            assert!(
                message.starts_with(&format!("`{ty}` cannot be a field of a resource\n")),
                "{message}"
            );
            assert!(message.contains(help), "{message}");
        }
    }
}
