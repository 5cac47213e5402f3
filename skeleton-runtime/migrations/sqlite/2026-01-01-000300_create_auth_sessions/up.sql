-- Logins. A session is also the family of all refresh tokens that descend from one login, and ends with it.
CREATE TABLE auth_sessions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    address TEXT,
    user_agent TEXT
) STRICT;
CREATE INDEX auth_sessions_user_id ON auth_sessions (user_id);
CREATE INDEX auth_sessions_expires_at ON auth_sessions (expires_at);

-- SHA-256 of each refresh token. A spent one stays as long as its session, so that its reuse is noticed.
CREATE TABLE auth_refresh_tokens (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    session_id BLOB NOT NULL REFERENCES auth_sessions (id) ON DELETE CASCADE,
    spent_at TEXT
) STRICT;
CREATE INDEX auth_refresh_tokens_session_id ON auth_refresh_tokens (session_id);
