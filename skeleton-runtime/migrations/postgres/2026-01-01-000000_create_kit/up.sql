-- Create `auth_counters`.
CREATE TABLE auth_counters (
    "key" bytea PRIMARY KEY,
    count bigint NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX auth_counters_ends_at_idx ON auth_counters (ends_at, "key");

-- Create `auth_setup_tokens`.
CREATE TABLE auth_setup_tokens (
    hash bytea PRIMARY KEY CONSTRAINT auth_setup_tokens_hash_check CHECK (octet_length(hash) = 32),
    expires_at timestamptz NOT NULL
);

-- Create `idempotency_keys`.
CREATE TABLE idempotency_keys (
    owner_id uuid NOT NULL,
    "key" text COLLATE "C" NOT NULL,
    request bytea NOT NULL CONSTRAINT idempotency_keys_request_check CHECK (octet_length(request) = 32),
    status integer NOT NULL,
    headers text COLLATE "C" NOT NULL,
    body bytea,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (owner_id, "key")
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at, owner_id);

-- Create `users`.
CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text COLLATE "C" NOT NULL,
    password_hash text COLLATE "C",
    role text COLLATE "C" NOT NULL,
    disabled boolean NOT NULL DEFAULT FALSE,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_email_key ON users (email);
CREATE INDEX users_created_at_idx ON users (created_at, id);
CREATE INDEX users_role_created_at_idx ON users (role, created_at, id);

-- Create `auth_sessions`.
CREATE TABLE auth_sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT auth_sessions_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    address text COLLATE "C",
    user_agent text COLLATE "C"
);
CREATE INDEX auth_sessions_user_id_idx ON auth_sessions (user_id, id);
CREATE INDEX auth_sessions_expires_at_idx ON auth_sessions (expires_at, id);

-- Create `auth_refresh_tokens`.
CREATE TABLE auth_refresh_tokens (
    hash bytea PRIMARY KEY CONSTRAINT auth_refresh_tokens_hash_check CHECK (octet_length(hash) = 32),
    session_id uuid NOT NULL CONSTRAINT auth_refresh_tokens_session_id_fkey REFERENCES auth_sessions (id) ON DELETE CASCADE,
    spent_at timestamptz
);
CREATE INDEX auth_refresh_tokens_session_id_idx ON auth_refresh_tokens (session_id, hash);
