-- Create `auth_counters`.
CREATE TABLE auth_counters (
    "key" BLOB PRIMARY KEY NOT NULL,
    count INTEGER NOT NULL,
    ends_at TEXT NOT NULL
) STRICT;
CREATE INDEX auth_counters_ends_at_idx ON auth_counters (ends_at, "key");

-- Create `auth_setup_tokens`.
CREATE TABLE auth_setup_tokens (
    hash BLOB PRIMARY KEY NOT NULL CHECK (octet_length(hash) = 32),
    expires_at TEXT NOT NULL
) STRICT;

-- Create `idempotency_keys`.
CREATE TABLE idempotency_keys (
    owner_id BLOB NOT NULL CHECK (length(owner_id) = 16),
    "key" TEXT NOT NULL,
    request BLOB NOT NULL CHECK (octet_length(request) = 32),
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body BLOB,
    created_at TEXT NOT NULL,
    PRIMARY KEY (owner_id, "key")
) STRICT;
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at, owner_id);

-- Create `users`.
CREATE TABLE users (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    email TEXT NOT NULL,
    password_hash TEXT,
    role TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_email_key ON users (email);
CREATE INDEX users_created_at_idx ON users (created_at, id);
CREATE INDEX users_role_created_at_idx ON users (role, created_at, id);

-- Create `auth_sessions`.
CREATE TABLE auth_sessions (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    address TEXT,
    user_agent TEXT
) STRICT;
CREATE INDEX auth_sessions_user_id_idx ON auth_sessions (user_id, id);
CREATE INDEX auth_sessions_expires_at_idx ON auth_sessions (expires_at, id);

-- Create `auth_refresh_tokens`.
CREATE TABLE auth_refresh_tokens (
    hash BLOB PRIMARY KEY NOT NULL CHECK (octet_length(hash) = 32),
    session_id BLOB NOT NULL REFERENCES auth_sessions (id) ON DELETE CASCADE,
    spent_at TEXT
) STRICT;
CREATE INDEX auth_refresh_tokens_session_id_idx ON auth_refresh_tokens (session_id, hash);
