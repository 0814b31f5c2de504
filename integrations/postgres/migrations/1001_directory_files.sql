-- What changed in the directory's files is found again by its kinds, as what was changed by command is.
DROP INDEX body_directory;
CREATE INDEX body_directory ON body (entry)
    WHERE kind IN (
        '"directory:team:change"', '"directory:person:change"', '"directory:notice:entrust"', '"directory:notice:revoke"',
        '"directory:representative:clear"', '"directory:representative:withdraw"', '"directory:organization:change"',
        '"directory:particulars:change"', '"directory:agreement:change"', '"rota:turn:override"'
    );
