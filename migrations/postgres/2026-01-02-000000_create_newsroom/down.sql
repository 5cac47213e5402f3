DROP TABLE comments;
DROP TABLE articles;
DROP TABLE categories;
