-- What the community changed in its directory by command: found at each command that may depend on it.
CREATE INDEX body_directory ON body (entry)
    WHERE kind IN ('"directory:team:change"', '"directory:notice:entrust"', '"directory:notice:revoke"');
