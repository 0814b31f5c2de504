-- Who judges decides one thing after another: a decision that was recorded and then forgotten (its worker died before
-- its history was kept) is told to the one who judges before anything else is decided on top of it.

CREATE TABLE decision (
    judge    text NOT NULL,
    number   bigint,
    incident text NOT NULL,
    cause    text NOT NULL,
    entries  text[] NOT NULL,
    verdict  json,
    PRIMARY KEY (judge, cause),
    UNIQUE (judge, number)
);

CREATE INDEX decision_incident ON decision (incident) WHERE number IS NOT NULL;

-- A command is settled when its verdict is in the hands of whoever gave it: by then whoever judged it keeps it too.
ALTER TABLE command ADD COLUMN settled_at timestamptz;
UPDATE command SET settled_at = decided_at;
DROP INDEX command_pending;
CREATE INDEX command_pending ON command (entered_at) WHERE settled_at IS NULL;
