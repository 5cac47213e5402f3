-- Answers to requests with an Idempotency-Key, for 24 hours. The owner may be gone by then.
CREATE TABLE idempotency_keys (
    owner_id BLOB NOT NULL CHECK (length(owner_id) = 16),
    "key" TEXT NOT NULL,
    request BLOB NOT NULL CHECK (length(request) = 32),
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body BLOB,
    created_at TEXT NOT NULL,
    PRIMARY KEY (owner_id, "key")
) STRICT;
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
