-- What sources sent, before and after it is understood. Order and vocabulary: playbooks/ports/intake.py, docs/intake.md.

-- What one request carried. Bytes are stored as they are: compressing them would be the dearest part of accepting them.
CREATE TABLE delivery (
    id            uuid PRIMARY KEY,
    seq           bigint GENERATED ALWAYS AS IDENTITY,
    source        text NOT NULL,
    organization  text NOT NULL,
    body          bytea,
    received_at   timestamptz NOT NULL,
    understood_at timestamptz
);

ALTER TABLE delivery ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX delivery_waiting ON delivery (seq) WHERE understood_at IS NULL;

-- Documents seen lately, so that a sender's repeats can be counted at once. Not logged: after a crash of the server it is
-- empty, and a repeat is told apart only when it is understood, where `alert` is the truth.
CREATE UNLOGGED TABLE delivery_mark (
    mark     uuid PRIMARY KEY,
    delivery uuid NOT NULL,
    last_at  timestamptz NOT NULL
);

CREATE TABLE set_aside (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text NOT NULL,
    delivery    uuid,
    raw         bytea NOT NULL,
    reason      text NOT NULL,
    received_at timestamptz NOT NULL
);

CREATE TABLE alert_group (
    id            text PRIMARY KEY,
    key           text NOT NULL,
    generation    integer NOT NULL,
    source        text NOT NULL,
    organization  text NOT NULL,
    title         text NOT NULL,
    severity      text NOT NULL,
    alerts        bigint NOT NULL,
    arrivals      bigint NOT NULL,
    first_at      timestamptz NOT NULL,
    last_at       timestamptz NOT NULL,
    status        text NOT NULL CHECK (status IN ('triage', 'declaring', 'attached', 'dismissed', 'ended')),
    rule          text NOT NULL,
    because       text NOT NULL,
    declares      json,
    incident      text,
    told          bigint NOT NULL,
    told_severity text NOT NULL,
    errands       integer NOT NULL,
    waiting       boolean NOT NULL,
    UNIQUE (key, generation)
);

CREATE INDEX alert_group_triage ON alert_group (last_at DESC) WHERE status = 'triage';
CREATE INDEX alert_group_incident ON alert_group (incident) WHERE incident IS NOT NULL;

-- `normalized` is the alert without its raw bytes: those are the delivery's, found again by their hash.
CREATE TABLE alert (
    alert_group  text NOT NULL,
    delivery_key text NOT NULL,
    fingerprint  text NOT NULL,
    source       text NOT NULL,
    delivery     uuid NOT NULL,
    times        bigint NOT NULL,
    last_at      timestamptz NOT NULL,
    normalized   text NOT NULL,
    PRIMARY KEY (alert_group, delivery_key)
);
