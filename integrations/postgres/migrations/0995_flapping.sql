-- What flaps is held back (playbooks/alerts/flapping.py): when something was resolved, and until when a group is held.
ALTER TABLE alert ADD COLUMN resolved boolean NOT NULL DEFAULT false;
CREATE INDEX alert_resolved ON alert (fingerprint, last_at) WHERE resolved;

ALTER TABLE alert_group ADD COLUMN held_until timestamptz;
CREATE INDEX alert_group_held ON alert_group (held_until) WHERE held_until IS NOT NULL;
