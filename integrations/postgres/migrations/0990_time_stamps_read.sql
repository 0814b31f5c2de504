-- Bundles bring time stamps along, as they do cosignatures; they hold no content.
GRANT SELECT ON time_stamp TO muster_reader;
