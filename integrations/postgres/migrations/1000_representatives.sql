-- Further representatives, whom a co-Chair clears, are among what the community has on record of itself; people's own
-- languages were before.
DROP INDEX body_directory;
CREATE INDEX body_directory ON body (entry)
    WHERE kind IN (
        '"directory:team:change"', '"directory:person:change"', '"directory:notice:entrust"', '"directory:notice:revoke"',
        '"directory:representative:clear"', '"directory:representative:withdraw"', '"rota:turn:override"'
    );
