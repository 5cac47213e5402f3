//! Rules above and below `#[resource]`, in every form.
#![deny(warnings, missing_docs, clippy::pedantic)]

use skeleton_runtime::prelude::*;

/// One rule for all, above.
#[requires_role(Admin)]
#[resource(path = "/above")]
pub struct Above {
    /// Its id.
    pub id: Uuid,
}

/// Each operation by itself, below.
#[resource]
#[requires_role(
    list = Viewer,
    get = public,
    create = exactly(Member),
    update = owner | Admin,
    replace = owner,
    delete = Owner,
)]
pub struct Below {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    #[field(owner)]
    pub user_id: Uuid,
}

/// `owner` is left out for `list` and `create`.
#[resource]
#[requires_role(owner | Admin)]
pub struct Mine {
    /// Its id.
    pub id: Uuid,
    /// Whose it is, if anybody's.
    #[field(owner)]
    pub user_id: Option<Uuid>,
}
