-- A list is read along an index that has its order and ends with the id, so that a page costs the same at any depth.
-- Without one, every page of that sort reads and sorts the whole table, and any reader may ask for it.
--
-- The sorts of articles, with what serves them:
--   title, views, rating, published_at, updated_at   the indexes below
--   created_at (the default)                         articles_created_at
--   slug                                             its unique constraint: no two rows tie
--   status                                           none: three values order nothing; who means one of them filters by
--                                                    it, which articles_status serves with the newest first
CREATE INDEX articles_title ON articles (title, id);
CREATE INDEX articles_views ON articles (views, id);
CREATE INDEX articles_rating ON articles (rating, id);
CREATE INDEX articles_published_at ON articles (published_at, id);
CREATE INDEX articles_updated_at ON articles (updated_at, id);

-- The rows of one category or author in the default order, newest first, without sorting all that they have.
DROP INDEX articles_category_id;
CREATE INDEX articles_category_id ON articles (category_id, created_at, id);
DROP INDEX articles_author_id;
CREATE INDEX articles_author_id ON articles (author_id, created_at, id);
DROP INDEX comments_author_id;
CREATE INDEX comments_author_id ON comments (author_id, created_at, id);
