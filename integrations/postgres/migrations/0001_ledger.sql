-- Commands and their verdicts; incident keys given out by unique request.
-- Columns of people's words are json, not jsonb: jsonb refuses U+0000, which somebody will type.

CREATE TABLE incident (
    key          text PRIMARY KEY,
    year         integer NOT NULL,
    number       integer NOT NULL,
    command_id   text NOT NULL UNIQUE,
    organization text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (year, number)
);

CREATE TABLE command (
    id          text PRIMARY KEY,
    verb        text NOT NULL,
    actor       json NOT NULL,
    incident    text,
    args        json NOT NULL,
    texts       json NOT NULL,
    received_at timestamptz NOT NULL,
    entered_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    verdict     json,
    decided_at  timestamptz,
    CHECK ((verdict IS NULL) = (decided_at IS NULL))
);

CREATE INDEX command_pending ON command (entered_at) WHERE verdict IS NULL;
