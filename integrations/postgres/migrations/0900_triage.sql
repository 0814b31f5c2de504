-- What people decide at triage: who looks at a group, what goes together and what does not (playbooks/alerts/triage.py).

ALTER TABLE alert_group ADD COLUMN owner text NOT NULL DEFAULT '';
ALTER TABLE alert_group DROP CONSTRAINT alert_group_status_check;
ALTER TABLE alert_group ADD CONSTRAINT alert_group_status_check
    CHECK (status IN ('triage', 'declaring', 'attached', 'dismissed', 'suppressed', 'merged', 'ended'));

-- A person's word over the grouping rules: alerts of a key, or of a key and a fingerprint, go to a group of another key.
CREATE TABLE regrouping (
    key         text NOT NULL,
    fingerprint text NOT NULL,
    alert_group text NOT NULL,
    target      text NOT NULL,
    PRIMARY KEY (key, fingerprint)
);

CREATE INDEX alert_fingerprint ON alert (alert_group, fingerprint);
