-- Create `authors`.
CREATE TABLE authors (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100)
) STRICT;
CREATE UNIQUE INDEX authors_name_key ON authors (name);

-- Create `books`.
CREATE TABLE books (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    shelf_title TEXT NOT NULL DEFAULT '',
    author_id BLOB NOT NULL REFERENCES authors (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX books_shelf_title_idx ON books (shelf_title, id);
CREATE INDEX books_author_id_shelf_title_idx ON books (author_id, shelf_title, id);

-- Create `loans`.
CREATE TABLE loans (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    book_id BLOB NOT NULL REFERENCES books (id) ON DELETE RESTRICT,
    reader_id BLOB NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    due_on TEXT NOT NULL,
    returned_at TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX loans_created_at_idx ON loans (created_at, id);
CREATE INDEX loans_book_id_created_at_idx ON loans (book_id, created_at, id);
CREATE INDEX loans_reader_id_created_at_idx ON loans (reader_id, created_at, id);
CREATE INDEX loans_due_on_idx ON loans (due_on, id);
