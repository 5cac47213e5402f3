-- Attempts within the last minute, by a digest of the e-mail or address.
CREATE TABLE auth_counters (
    key BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    ends_at TEXT NOT NULL
) STRICT;
CREATE INDEX auth_counters_ends_at ON auth_counters (ends_at);
