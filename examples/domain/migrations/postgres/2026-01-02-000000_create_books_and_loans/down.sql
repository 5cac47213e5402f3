-- Drop what no resource has any more.
DROP TABLE loans, books, authors;
