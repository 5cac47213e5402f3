DROP TABLE marks;
DROP TABLE drills;
