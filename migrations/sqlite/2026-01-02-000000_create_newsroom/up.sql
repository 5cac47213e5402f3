-- Ids are BLOBs of 16 bytes, times RFC 3339 texts of one width, decimals texts under a collation that the service
-- registers on each of its connections.
CREATE TABLE categories (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 80),
    description TEXT,
    position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE articles (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    slug TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),
    views INTEGER NOT NULL DEFAULT 0,
    rating TEXT COLLATE decimal,
    metadata TEXT CHECK (json_valid(metadata)),
    category_id BLOB REFERENCES categories (id) ON DELETE RESTRICT,
    author_id BLOB NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    published_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX articles_created_at ON articles (created_at, id);
CREATE INDEX articles_status ON articles (status, created_at, id);
CREATE INDEX articles_category_id ON articles (category_id);
CREATE INDEX articles_author_id ON articles (author_id);

CREATE TABLE comments (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    article_id BLOB NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    body TEXT NOT NULL CHECK (length(body) BETWEEN 1 AND 2000),
    author_id BLOB NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX comments_article_id ON comments (article_id, created_at, id);
CREATE INDEX comments_author_id ON comments (author_id);
CREATE INDEX comments_created_at ON comments (created_at, id);
