//! What can be done with a resource.

/// One of the things that can be done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named as in `#[resource(operations(…))]`")]
pub enum Operation {
    List,
    Get,
    Create,
    Update,
    Replace,
    Delete,
    /// Creates many rows at once; guarded as [`Operation::Create`].
    Bulk,
    /// Undoes a soft delete.
    Restore,
}

impl Operation {
    /// The six that a resource has where it does not say which.
    pub const ALL: [Self; 6] = [
        Self::List,
        Self::Get,
        Self::Create,
        Self::Update,
        Self::Replace,
        Self::Delete,
    ];

    /// All that there are.
    pub const EVERY: [Self; 8] = [
        Self::List,
        Self::Get,
        Self::Create,
        Self::Update,
        Self::Replace,
        Self::Delete,
        Self::Bulk,
        Self::Restore,
    ];

    /// Whether it is about one row that is there.
    pub const fn is_on_item(self) -> bool {
        !matches!(self, Self::List | Self::Create | Self::Bulk)
    }

    /// As in `#[resource(operations(…))]` and in the rules.
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Get => "get",
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Bulk => "bulk",
            Self::Restore => "restore",
        }
    }
}
