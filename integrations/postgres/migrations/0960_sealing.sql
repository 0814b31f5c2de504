-- What is still to be sealed for whom, found from what came into the log and never by looking at every card.

-- Up to which leaf of the installation's log each key's work was laid out.
ALTER TABLE organization_key ADD COLUMN laid_out bigint NOT NULL DEFAULT 0;

-- The leaves of a tree after a position, for one key.
CREATE TABLE sealing_due (
    organization text NOT NULL,
    public_key   bytea NOT NULL,
    tree         text NOT NULL,
    after        bigint NOT NULL,
    PRIMARY KEY (organization, public_key, tree)
);
