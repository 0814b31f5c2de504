-- Alerts of no incident, and what was set aside, are erased by decision as well: whose it is, and what was asked for.
ALTER TABLE set_aside ADD COLUMN organization text NOT NULL DEFAULT '';
UPDATE set_aside SET organization = delivery.organization FROM delivery WHERE delivery.id = set_aside.delivery;

CREATE TABLE erasure_asked (
    what     text PRIMARY KEY,
    asked_by text NOT NULL
);
COMMENT ON TABLE erasure_asked IS 'Groups of alerts, and sources of what was set aside, that wait for somebody else to approve.';
