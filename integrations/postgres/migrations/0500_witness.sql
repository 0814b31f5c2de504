-- What witnesses in other organizations cosigned: our copy of it. Theirs is the one that counts.
CREATE TABLE cosigned (
    witness text NOT NULL,
    size    bigint NOT NULL,
    root    bytea NOT NULL,
    note    text NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (witness, size)
);

-- What a witness refused last, until it cosigns again.
CREATE TABLE witness_refusal (
    witness text PRIMARY KEY,
    sentence text NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
