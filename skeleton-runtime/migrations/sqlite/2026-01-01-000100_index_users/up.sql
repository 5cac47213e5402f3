-- The default order of the list, newest first; of one role likewise. An e-mail is found by its unique constraint.
CREATE INDEX users_created_at ON users (created_at, id);
CREATE INDEX users_role ON users (role, created_at, id);
