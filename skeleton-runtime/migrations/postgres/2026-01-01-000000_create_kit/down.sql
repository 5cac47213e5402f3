-- Drop what no resource has any more.
DROP TABLE auth_refresh_tokens, auth_sessions, users, idempotency_keys, auth_setup_tokens, auth_counters;
