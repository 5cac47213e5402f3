CREATE TABLE people (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    salary INTEGER NOT NULL,
    boss_id BLOB REFERENCES people (id)
) STRICT;

CREATE TABLE teams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE memberships (
    id INTEGER PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES people (id),
    team_id INTEGER NOT NULL REFERENCES teams (id)
) STRICT;

CREATE TABLE buddies (
    id INTEGER PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES people (id),
    other_id BLOB NOT NULL REFERENCES people (id)
) STRICT;

CREATE TABLE memos (
    id BLOB PRIMARY KEY NOT NULL,
    text TEXT NOT NULL,
    author_id BLOB NOT NULL REFERENCES users (id)
) STRICT;

CREATE TABLE tasks (
    id BLOB PRIMARY KEY NOT NULL,
    title TEXT NOT NULL,
    person_id BLOB REFERENCES people (id),
    memo_id BLOB REFERENCES memos (id)
) STRICT;

CREATE TABLE files (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    person_id BLOB NOT NULL REFERENCES people (id),
    carton_id BLOB
) STRICT;

CREATE TABLE cartons (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL
) STRICT;
