-- The eight columns and two indexes that every server of the benchmark has.
CREATE TABLE articles (
    id uuid PRIMARY KEY,
    title text COLLATE "C" NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    body text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL DEFAULT 'draft',
    views integer NOT NULL DEFAULT 0,
    author_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX articles_created ON articles (created_at, id);
CREATE INDEX articles_status_created ON articles (status, created_at, id);
