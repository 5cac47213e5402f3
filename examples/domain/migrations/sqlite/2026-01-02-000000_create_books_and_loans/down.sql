-- Drop what no resource has any more.
DROP TABLE loans;
DROP TABLE books;
DROP TABLE authors;
