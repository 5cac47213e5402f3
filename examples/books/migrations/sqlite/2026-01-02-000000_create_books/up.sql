CREATE TABLE books (
    id BLOB PRIMARY KEY NOT NULL,
    title TEXT NOT NULL,
    copies INTEGER NOT NULL,
    added_by BLOB NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
