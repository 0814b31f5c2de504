-- What else is shown to readers: alerts of the groups of their organization, and what witnesses cosigned (no content).

ALTER TABLE alert ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert FORCE ROW LEVEL SECURITY;
CREATE POLICY written ON alert TO muster_writer USING (true) WITH CHECK (true);
CREATE POLICY released ON alert FOR SELECT TO muster_reader
    USING (EXISTS (SELECT FROM alert_group WHERE alert_group.id = alert.alert_group));

GRANT SELECT ON alert, cosigned TO muster_reader;
