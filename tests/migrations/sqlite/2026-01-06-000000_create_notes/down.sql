DROP TABLE entries;
DROP TABLE notes;
