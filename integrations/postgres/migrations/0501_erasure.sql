-- Which approvals to erase something were carried out. What was erased stands in the approval's own entry.
CREATE TABLE erased (
    decision text PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX body_erasures ON body (entry) WHERE kind = '"record:erasure:approve"';
CREATE INDEX body_holds ON body (entry) WHERE kind IN ('"record:hold:place"', '"record:hold:lift"');
