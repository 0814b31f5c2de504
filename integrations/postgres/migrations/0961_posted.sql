-- Where heads of the log are posted for people to keep, and which was posted there last.
CREATE TABLE posted_head (
    place   text PRIMARY KEY,
    size    bigint NOT NULL DEFAULT 0,
    trouble text NOT NULL DEFAULT '',
    at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
