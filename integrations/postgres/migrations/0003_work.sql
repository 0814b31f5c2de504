-- Who may run, what is being done, and what is on its way.

CREATE TABLE lease (
    name   text PRIMARY KEY,
    holder text NOT NULL,
    token  bigint NOT NULL,
    until  timestamptz NOT NULL
);

CREATE TABLE effect (
    id           text PRIMARY KEY,
    incident     text,
    request      json NOT NULL,
    state        text NOT NULL CHECK (state IN ('claimed', 'released', 'done', 'failed', 'unknown')),
    holder       text NOT NULL,
    lease_until  timestamptz NOT NULL,
    attempts     integer NOT NULL,
    outcome      json,
    claimed_at   timestamptz NOT NULL,
    concluded_at timestamptz
);

CREATE INDEX effect_unknown ON effect (incident, claimed_at) WHERE state = 'unknown';

CREATE TABLE inbox (
    id           text PRIMARY KEY,
    seq          bigint GENERATED ALWAYS AS IDENTITY,
    recipient    text NOT NULL,
    body         json NOT NULL,
    committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    delivered_at timestamptz
);

CREATE INDEX inbox_waiting ON inbox (seq) WHERE delivered_at IS NULL;

CREATE TABLE outbox (
    id         text PRIMARY KEY,
    seq        bigint GENERATED ALWAYS AS IDENTITY,
    kind       text NOT NULL,
    body       json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts   integer NOT NULL DEFAULT 0,
    done_at    timestamptz
);

CREATE INDEX outbox_waiting ON outbox (seq) WHERE done_at IS NULL;

CREATE TABLE content (
    sha256 text PRIMARY KEY,
    bytes  bytea NOT NULL
);
