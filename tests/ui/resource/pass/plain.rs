//! A struct with an id and nothing said.

use skeleton_runtime::prelude::*;

/// A note.
#[resource]
pub struct Note {
    /// The note.
    pub id: Uuid,
    /// What it says.
    pub text: String,
}

/// What the macro gives besides the endpoints.
pub fn use_it(new: NewNote, id: Uuid) -> (Note, NoteChanges) {
    let note = Note { id, text: new.text };
    let changes = NoteChanges {
        text: Patch::Set(note.text.clone()),
    };
    (note, changes)
}
