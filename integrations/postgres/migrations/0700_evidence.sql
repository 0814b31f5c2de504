-- What evidence holds, by incident and hash: the entry of the record says what it is and who may have it. Kept apart from
-- the record so that it can be erased, and for each incident by itself so that erasing one leaves the others whole.

CREATE TABLE evidence (
    incident text NOT NULL,
    sha256   text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes    bytea NOT NULL,
    kept_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (incident, sha256)
);
ALTER TABLE evidence ALTER COLUMN bytes SET STORAGE EXTERNAL;
