-- The entry's own key, wrapped with the installation's entry key (its id, a point, AES key wrap); NULL: stored in clear.
ALTER TABLE body ADD COLUMN key bytea;

-- The same keys sealed for organizations with keys of their own: what they may read they can open without us.
CREATE TABLE organization_key (
    organization text NOT NULL,
    public_key   bytea NOT NULL CHECK (length(public_key) = 32),
    seq          bigint GENERATED ALWAYS AS IDENTITY,
    added_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_at   timestamptz,
    PRIMARY KEY (organization, public_key)
);

CREATE TABLE sealed_key (
    entry        text NOT NULL,
    organization text NOT NULL,
    public_key   bytea NOT NULL,
    sealed       bytea NOT NULL,
    PRIMARY KEY (entry, organization, public_key)
);
