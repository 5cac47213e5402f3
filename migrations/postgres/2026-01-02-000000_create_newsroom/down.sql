-- Drop what no resource has any more.
DROP TABLE comments, articles, categories;
