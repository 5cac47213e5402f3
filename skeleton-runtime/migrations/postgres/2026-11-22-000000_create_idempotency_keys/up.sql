-- Answers to requests with an Idempotency-Key, for 24 hours. The owner may be gone by then.
CREATE TABLE idempotency_keys (
    owner_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    request bytea NOT NULL,
    status integer NOT NULL,
    headers text COLLATE "C" NOT NULL,
    body bytea,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (owner_id, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
