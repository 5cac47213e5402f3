-- Create `tickets`.
CREATE TABLE tickets (
    id uuid PRIMARY KEY,
    subject text COLLATE "C" NOT NULL CONSTRAINT tickets_subject_check CHECK (char_length(subject) BETWEEN 1 AND 200),
    solved boolean NOT NULL DEFAULT FALSE,
    internal_note text COLLATE "C",
    customer_id uuid NOT NULL CONSTRAINT tickets_customer_id_fkey REFERENCES users (id) ON DELETE RESTRICT,
    created_at timestamptz NOT NULL
);
CREATE INDEX tickets_created_at_idx ON tickets (created_at, id);
CREATE INDEX tickets_solved_created_at_idx ON tickets (solved, created_at, id);
CREATE INDEX tickets_customer_id_created_at_idx ON tickets (customer_id, created_at, id);
