-- Tokens that a vendor gives for some hours, each under a key of its own that the vault wraps; one for a connection.
-- `until` and the row's lock are all that the database need know: one process renews, the others find what it kept.

CREATE TABLE token (
    connection text PRIMARY KEY,
    until      timestamptz NOT NULL,
    body       bytea NOT NULL,
    key        bytea
);
