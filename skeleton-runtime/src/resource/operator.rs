//! The operators of filters: `views__gte=10`.

use crate::db::Kind;

use super::meta::Column;

/// What a filter asks of a column.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    Nin,
    Contains,
    StartsWith,
    IsNull,
}

impl Operator {
    /// All of them, as they are listed to people.
    pub const ALL: [Self; 11] = [
        Self::Eq,
        Self::Ne,
        Self::Gt,
        Self::Gte,
        Self::Lt,
        Self::Lte,
        Self::In,
        Self::Nin,
        Self::Contains,
        Self::StartsWith,
        Self::IsNull,
    ];

    /// What stands behind the field's name and `__`; nothing for equality.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Eq => "",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::In => "in",
            Self::Nin => "nin",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::IsNull => "is_null",
        }
    }

    /// The operator of this suffix.
    pub fn from_suffix(suffix: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operator| *operator != Self::Eq && operator.suffix() == suffix)
    }

    /// The name of the parameter that asks it of `field`.
    pub fn parameter(self, field: &str) -> String {
        match self {
            Self::Eq => field.to_owned(),
            _ => format!("{field}__{}", self.suffix()),
        }
    }

    /// Whether the column's type has it: an order for the comparisons, text for its parts, NULL to be found.
    pub fn applies_to(self, column: &Column) -> bool {
        let is_enum = !column.variants.is_empty();
        match self {
            Self::Eq | Self::Ne | Self::In | Self::Nin => has_equality(column.kind),
            Self::Gt | Self::Gte | Self::Lt | Self::Lte => has_order(column.kind) && !is_enum,
            Self::Contains | Self::StartsWith => column.kind == Kind::Text && !is_enum,
            Self::IsNull => column.nullable,
        }
    }

    /// The operators of a column that may be filtered.
    pub fn of(column: &Column) -> impl Iterator<Item = Self> + '_ {
        Self::ALL
            .into_iter()
            .filter(|operator| column.filter && column.is_visible() && operator.applies_to(column))
    }
}

const fn has_equality(kind: Kind) -> bool {
    !matches!(kind, Kind::Json | Kind::TextArray)
}

const fn has_order(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Bool | Kind::Bytes | Kind::Json | Kind::TextArray
    )
}
