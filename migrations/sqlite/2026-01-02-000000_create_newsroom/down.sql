-- Drop what no resource has any more.
DROP TABLE comments;
DROP TABLE articles;
DROP TABLE categories;
