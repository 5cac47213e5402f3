DROP TABLE cartons;
DROP TABLE files;
DROP TABLE tasks;
DROP TABLE memos;
DROP TABLE buddies;
DROP TABLE memberships;
DROP TABLE teams;
DROP TABLE people;
