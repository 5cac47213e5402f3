-- Create `categories`.
CREATE TABLE categories (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    description TEXT,
    position INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX categories_name_key ON categories (name);

-- Create `articles`.
CREATE TABLE articles (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    slug TEXT NOT NULL,
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
CREATE UNIQUE INDEX articles_slug_key ON articles (slug);
CREATE INDEX articles_created_at_idx ON articles (created_at, id);
CREATE INDEX articles_title_idx ON articles (title, id);
CREATE INDEX articles_status_created_at_idx ON articles (status, created_at, id);
CREATE INDEX articles_views_idx ON articles (views, id);
CREATE INDEX articles_rating_idx ON articles (rating, id);
CREATE INDEX articles_category_id_created_at_idx ON articles (category_id, created_at, id);
CREATE INDEX articles_author_id_created_at_idx ON articles (author_id, created_at, id);
CREATE INDEX articles_published_at_idx ON articles (published_at, id);
CREATE INDEX articles_updated_at_idx ON articles (updated_at, id);

-- Create `comments`.
CREATE TABLE comments (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    article_id BLOB NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    body TEXT NOT NULL CHECK (length(body) BETWEEN 1 AND 2000),
    author_id BLOB NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX comments_created_at_idx ON comments (created_at, id);
CREATE INDEX comments_article_id_created_at_idx ON comments (article_id, created_at, id);
CREATE INDEX comments_author_id_created_at_idx ON comments (author_id, created_at, id);
