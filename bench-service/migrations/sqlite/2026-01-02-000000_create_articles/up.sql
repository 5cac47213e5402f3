-- The eight columns and two indexes that every server of the benchmark has.
CREATE TABLE articles (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    body TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'draft',
    views INTEGER NOT NULL DEFAULT 0,
    author_id BLOB NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX articles_created ON articles (created_at, id);
CREATE INDEX articles_status_created ON articles (status, created_at, id);
