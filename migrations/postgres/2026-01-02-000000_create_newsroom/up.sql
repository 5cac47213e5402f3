-- Texts are compared by code point, as on SQLite.
CREATE TABLE categories (
    id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE CHECK (char_length(name) BETWEEN 1 AND 80),
    description text COLLATE "C",
    position integer NOT NULL DEFAULT 0
);

CREATE TABLE articles (
    id uuid PRIMARY KEY,
    title text COLLATE "C" NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    slug text COLLATE "C" NOT NULL UNIQUE,
    body text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),
    views integer NOT NULL DEFAULT 0,
    rating numeric,
    metadata jsonb,
    category_id uuid REFERENCES categories (id) ON DELETE RESTRICT,
    author_id uuid NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    published_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX articles_created_at ON articles (created_at, id);
CREATE INDEX articles_status ON articles (status, created_at, id);
CREATE INDEX articles_category_id ON articles (category_id);
CREATE INDEX articles_author_id ON articles (author_id);

CREATE TABLE comments (
    id uuid PRIMARY KEY,
    article_id uuid NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    body text COLLATE "C" NOT NULL CHECK (char_length(body) BETWEEN 1 AND 2000),
    author_id uuid NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    created_at timestamptz NOT NULL
);
CREATE INDEX comments_article_id ON comments (article_id, created_at, id);
CREATE INDEX comments_author_id ON comments (author_id);
CREATE INDEX comments_created_at ON comments (created_at, id);
