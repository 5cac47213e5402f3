CREATE TABLE books (
    id uuid PRIMARY KEY,
    title text COLLATE "C" NOT NULL,
    copies integer NOT NULL,
    added_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
