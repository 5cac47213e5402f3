CREATE TABLE letters (
    id uuid PRIMARY KEY,
    text text COLLATE "C" NOT NULL,
    from_id uuid NOT NULL REFERENCES users (id)
);
