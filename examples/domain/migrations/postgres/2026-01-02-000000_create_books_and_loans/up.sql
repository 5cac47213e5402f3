-- Create `authors`.
CREATE TABLE authors (
    id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL CONSTRAINT authors_name_check CHECK (char_length(name) BETWEEN 1 AND 100)
);
CREATE UNIQUE INDEX authors_name_key ON authors (name);

-- Create `books`.
CREATE TABLE books (
    id uuid PRIMARY KEY,
    title text COLLATE "C" NOT NULL CONSTRAINT books_title_check CHECK (char_length(title) BETWEEN 1 AND 200),
    shelf_title text COLLATE "C" NOT NULL DEFAULT '',
    author_id uuid NOT NULL CONSTRAINT books_author_id_fkey REFERENCES authors (id) ON DELETE RESTRICT
);
CREATE INDEX books_shelf_title_idx ON books (shelf_title, id);
CREATE INDEX books_author_id_shelf_title_idx ON books (author_id, shelf_title, id);

-- Create `loans`.
CREATE TABLE loans (
    id uuid PRIMARY KEY,
    book_id uuid NOT NULL CONSTRAINT loans_book_id_fkey REFERENCES books (id) ON DELETE RESTRICT,
    reader_id uuid NOT NULL CONSTRAINT loans_reader_id_fkey REFERENCES users (id) ON DELETE RESTRICT,
    due_on date NOT NULL,
    returned_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX loans_created_at_idx ON loans (created_at, id);
CREATE INDEX loans_book_id_created_at_idx ON loans (book_id, created_at, id);
CREATE INDEX loans_reader_id_created_at_idx ON loans (reader_id, created_at, id);
CREATE INDEX loans_due_on_idx ON loans (due_on, id);
