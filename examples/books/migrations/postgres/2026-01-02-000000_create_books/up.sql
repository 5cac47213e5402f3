-- Create `books`.
CREATE TABLE books (
    id uuid PRIMARY KEY,
    title text COLLATE "C" NOT NULL CONSTRAINT books_title_check CHECK (char_length(title) BETWEEN 1 AND 200),
    copies integer NOT NULL DEFAULT 1,
    added_by uuid NOT NULL CONSTRAINT books_added_by_fkey REFERENCES users (id) ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX books_created_at_idx ON books (created_at, id);
CREATE INDEX books_added_by_created_at_idx ON books (added_by, created_at, id);
