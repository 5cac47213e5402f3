-- Create `notes`.
CREATE TABLE notes (
    id uuid PRIMARY KEY,
    title text COLLATE "C" NOT NULL CONSTRAINT notes_title_check CHECK (char_length(title) BETWEEN 1 AND 200),
    body text COLLATE "C" NOT NULL DEFAULT '',
    author_id uuid NOT NULL CONSTRAINT notes_author_id_fkey REFERENCES users (id) ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX notes_created_at_idx ON notes (created_at, id);
CREATE INDEX notes_title_idx ON notes (title, id);
CREATE INDEX notes_author_id_created_at_idx ON notes (author_id, created_at, id);
