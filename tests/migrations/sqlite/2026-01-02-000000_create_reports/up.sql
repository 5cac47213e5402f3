CREATE TABLE reports (
    id BLOB PRIMARY KEY NOT NULL,
    title TEXT NOT NULL,
    salary INTEGER NOT NULL,
    remarks TEXT,
    grade INTEGER NOT NULL
) STRICT;
