use skeleton_runtime::prelude::*;

/// What somebody wrote down.
#[resource]
#[requires_role(read = Viewer, create = Member, update = owner | Admin, replace = owner | Admin, delete = owner | Admin)]
pub struct Note {
    pub id: Uuid,

    /// Shown in lists.
    #[garde(length(chars, min = 1, max = 200))]
    #[field(filter, sort, search, index)]
    pub title: String,

    #[field(default, search)]
    pub body: String,

    /// Who wrote it.
    #[field(filter, owner, belongs_to = User)]
    pub author_id: Uuid,

    #[field(filter, sort)]
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
