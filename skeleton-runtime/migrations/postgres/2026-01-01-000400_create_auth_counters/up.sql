-- Attempts within the last minute, by a digest of the e-mail or address.
CREATE TABLE auth_counters (
    key BYTEA NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX auth_counters_ends_at ON auth_counters (ends_at);
