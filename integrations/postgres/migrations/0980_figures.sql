-- What an entry counts for in the figures (playbooks/figures/counted.py), on its card: codes and moments. So the figures
-- over all incidents are counted without opening an entry. `migrate` makes all cards again.
ALTER TABLE card
    ADD COLUMN acted       boolean NOT NULL DEFAULT false,
    ADD COLUMN counted     boolean NOT NULL DEFAULT false,
    ADD COLUMN alerted     boolean,
    ADD COLUMN contained   boolean,
    ADD COLUMN alerts      integer,
    ADD COLUMN happened_at timestamptz,
    ADD COLUMN playbook    text,
    ADD COLUMN demanded    text,
    ADD COLUMN turn        text,
    ADD COLUMN demand      text,
    ADD COLUMN asked       text[],
    ADD COLUMN due_at      timestamptz;

CREATE INDEX card_counted ON card (incident, seq) WHERE counted;
CREATE INDEX card_acted ON card (incident, at) WHERE acted;

-- Under the Chatham House Rule: neither whether a person acted, nor who was asked for what.
CREATE OR REPLACE VIEW told WITH (security_invoker) AS
SELECT entry, seq, incident, kind, at, marking, strictness,
    CASE WHEN named THEN persons END AS persons, CASE WHEN named THEN organizations END AS organizations, reach,
    CASE WHEN named THEN author END AS author, glance, opens, CASE WHEN named THEN lead END AS lead, incident_class,
    severity, phase, overall, declared_at, closed, CASE WHEN named THEN party END AS party,
    CASE WHEN named THEN standing END AS standing, CASE WHEN named THEN commander END AS commander,
    CASE WHEN named THEN commander_of END AS commander_of, CASE WHEN named THEN item END AS item,
    CASE WHEN named THEN item_new END AS item_new, CASE WHEN named THEN item_open END AS item_open,
    named AND acted AS acted, counted, alerted, contained, alerts, happened_at, playbook,
    CASE WHEN named THEN demanded END AS demanded, CASE WHEN named THEN turn END AS turn,
    CASE WHEN named THEN demand END AS demand, CASE WHEN named THEN asked END AS asked,
    CASE WHEN named THEN due_at END AS due_at
FROM (
    SELECT *, NOT (SELECT reader_under_chatham_house()) OR author = (SELECT reader_organization()) AS named FROM card
) AS hers;
