DROP TABLE tags;
DROP TABLE entries;
DROP TABLE notes;
