-- Create `entries`.
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    note_id BLOB NOT NULL CHECK (length(note_id) = 16),
    title TEXT NOT NULL
) STRICT;

-- Create `notes`.
CREATE TABLE notes (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 80),
    stars INTEGER NOT NULL DEFAULT 0,
    author_id BLOB NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX notes_title_key ON notes (title);
CREATE INDEX notes_author_id_title_idx ON notes (author_id, title, id);
