-- Create `books`.
CREATE TABLE books (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    copies INTEGER NOT NULL DEFAULT 1,
    added_by BLOB NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX books_created_at_idx ON books (created_at, id);
CREATE INDEX books_added_by_created_at_idx ON books (added_by, created_at, id);
