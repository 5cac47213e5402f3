-- SHA-256 of each token that makes the first account of the highest role. Once it is made there is none.
CREATE TABLE auth_setup_tokens (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    expires_at TEXT NOT NULL
) STRICT;
