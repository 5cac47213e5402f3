-- Create `tasks`.
CREATE TABLE tasks (
    id uuid PRIMARY KEY,
    title text COLLATE "C" NOT NULL,
    done boolean NOT NULL DEFAULT FALSE
);
CREATE INDEX tasks_done_idx ON tasks (done, id);
