-- Create `categories`.
CREATE TABLE categories (
    id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL CONSTRAINT categories_name_check CHECK (char_length(name) BETWEEN 1 AND 80),
    description text COLLATE "C",
    position integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX categories_name_key ON categories (name);

-- Create `articles`.
CREATE TABLE articles (
    id uuid PRIMARY KEY,
    title text COLLATE "C" NOT NULL CONSTRAINT articles_title_check CHECK (char_length(title) BETWEEN 1 AND 200),
    slug text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL DEFAULT 'draft' CONSTRAINT articles_status_check CHECK (status IN ('draft', 'published', 'archived')),
    views integer NOT NULL DEFAULT 0,
    rating numeric,
    metadata jsonb,
    category_id uuid CONSTRAINT articles_category_id_fkey REFERENCES categories (id) ON DELETE RESTRICT,
    author_id uuid NOT NULL CONSTRAINT articles_author_id_fkey REFERENCES users (id) ON DELETE RESTRICT,
    published_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
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
    id uuid PRIMARY KEY,
    article_id uuid NOT NULL CONSTRAINT comments_article_id_fkey REFERENCES articles (id) ON DELETE CASCADE,
    body text COLLATE "C" NOT NULL CONSTRAINT comments_body_check CHECK (char_length(body) BETWEEN 1 AND 2000),
    author_id uuid NOT NULL CONSTRAINT comments_author_id_fkey REFERENCES users (id) ON DELETE RESTRICT,
    created_at timestamptz NOT NULL
);
CREATE INDEX comments_created_at_idx ON comments (created_at, id);
CREATE INDEX comments_article_id_created_at_idx ON comments (article_id, created_at, id);
CREATE INDEX comments_author_id_created_at_idx ON comments (author_id, created_at, id);
