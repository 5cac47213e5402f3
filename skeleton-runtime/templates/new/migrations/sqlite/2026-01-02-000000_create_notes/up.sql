-- Create `notes`.
CREATE TABLE notes (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    body TEXT NOT NULL DEFAULT '',
    author_id BLOB NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX notes_created_at_idx ON notes (created_at, id);
CREATE INDEX notes_title_idx ON notes (title, id);
CREATE INDEX notes_author_id_created_at_idx ON notes (author_id, created_at, id);
