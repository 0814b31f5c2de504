-- How many alerts came from each source in each ten minutes, so that a rate out of the ordinary can be named.

CREATE TABLE alert_rate (
    organization text NOT NULL,
    source       text NOT NULL,
    slot         timestamptz NOT NULL,
    alerts       bigint NOT NULL,
    PRIMARY KEY (organization, source, slot)
);

ALTER TABLE alert_rate ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_rate FORCE ROW LEVEL SECURITY;
CREATE POLICY written ON alert_rate TO muster_writer USING (true) WITH CHECK (true);
CREATE POLICY released ON alert_rate FOR SELECT TO muster_reader
    USING (organization = (SELECT reader_organization()));
GRANT SELECT ON alert_rate TO muster_reader;
