CREATE TABLE reports (
    id uuid PRIMARY KEY,
    title text COLLATE "C" NOT NULL,
    salary integer NOT NULL,
    remarks text COLLATE "C",
    grade integer NOT NULL
);
