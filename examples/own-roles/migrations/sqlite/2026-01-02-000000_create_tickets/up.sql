-- Create `tickets`.
CREATE TABLE tickets (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    solved INTEGER NOT NULL DEFAULT 0 CHECK (solved IN (0, 1)),
    internal_note TEXT,
    customer_id BLOB NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX tickets_created_at_idx ON tickets (created_at, id);
CREATE INDEX tickets_solved_created_at_idx ON tickets (solved, created_at, id);
CREATE INDEX tickets_customer_id_created_at_idx ON tickets (customer_id, created_at, id);
