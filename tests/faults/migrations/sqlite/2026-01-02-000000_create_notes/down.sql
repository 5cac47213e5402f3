-- Drop what no resource has any more.
DROP TABLE notes;
DROP TABLE entries;
