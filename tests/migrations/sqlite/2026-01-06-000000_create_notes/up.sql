CREATE TABLE notes (
    id BLOB PRIMARY KEY NOT NULL,
    title TEXT NOT NULL,
    stars INTEGER NOT NULL,
    meta TEXT,
    look TEXT,
    author_id BLOB NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    parent_id BLOB REFERENCES notes (id) ON DELETE RESTRICT,
    see_id BLOB REFERENCES notes (id) ON DELETE RESTRICT,
    version INTEGER NOT NULL,
    deleted_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX notes_title ON notes (title) WHERE deleted_at IS NULL;

CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    note_id BLOB NOT NULL,
    what TEXT NOT NULL
) STRICT;

CREATE TABLE tags (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    author_id BLOB NOT NULL REFERENCES users (id) ON DELETE RESTRICT
) STRICT;
