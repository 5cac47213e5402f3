-- Drop what no resource has any more.
DROP TABLE auth_refresh_tokens;
DROP TABLE auth_sessions;
DROP TABLE users;
DROP TABLE idempotency_keys;
DROP TABLE auth_setup_tokens;
DROP TABLE auth_counters;
