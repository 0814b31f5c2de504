-- What was erased of which incident: whoever keeps something of it in mind asks how often something went (outlines).
ALTER TABLE erased ADD COLUMN incident text;
UPDATE erased SET incident = entry.tree FROM entry WHERE entry.id = erased.decision;
CREATE INDEX erased_incident ON erased (incident);

ALTER TABLE erased ENABLE ROW LEVEL SECURITY;
ALTER TABLE erased FORCE ROW LEVEL SECURITY;
CREATE POLICY written ON erased TO muster_writer USING (true) WITH CHECK (true);
CREATE POLICY released ON erased FOR SELECT TO muster_reader
    USING (EXISTS (SELECT FROM standing WHERE standing.incident = erased.incident AND standing.knows));
GRANT SELECT ON erased TO muster_reader;

-- The incidents under a legal hold now: what was decided last, also where it waits for its place in the tree.
CREATE VIEW held WITH (security_invoker) AS
SELECT tree AS incident FROM (
    SELECT DISTINCT ON (entry.tree) entry.tree, body.kind
    FROM body JOIN entry ON entry.id = body.entry
    LEFT JOIN leaf ON leaf.entry = body.entry LEFT JOIN arrival ON arrival.entry = body.entry
    WHERE body.kind IN ('"record:hold:place"', '"record:hold:lift"')
    ORDER BY entry.tree, leaf.position DESC NULLS FIRST, arrival.seq DESC
) AS last
WHERE kind = '"record:hold:place"';

-- Which requests carried a group's alerts, repeats included: all of its sources' within its time.
CREATE VIEW delivery_of_group WITH (security_invoker) AS
SELECT alert_group.id AS alert_group, alert_group.incident, delivery.id AS delivery
FROM alert_group JOIN delivery
    ON delivery.received_at BETWEEN alert_group.first_at AND alert_group.last_at
    AND delivery.source IN (SELECT alert.source FROM alert WHERE alert.alert_group = alert_group.id);
