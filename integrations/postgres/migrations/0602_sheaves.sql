-- Sheaves: entries in a row, bound together by author and audience, for pages of long stories (docs/reading.md). A read
-- model: bound again from the record, and unbound with whatever is erased of any entry in them.

CREATE TABLE sheaf_block (
    tree  text NOT NULL,
    first bigint NOT NULL,
    last  bigint NOT NULL,
    PRIMARY KEY (tree, first)
);

-- Who may have its entries, as on their cards; what it holds is under lock with a key of its own, as bodies are.
CREATE TABLE sheaf (
    tree          text NOT NULL,
    first         bigint NOT NULL,
    number        integer NOT NULL,
    strictness    smallint NOT NULL,
    persons       text[] NOT NULL,
    organizations text[] NOT NULL,
    reach         smallint NOT NULL,
    body          bytea NOT NULL,
    key           bytea,
    PRIMARY KEY (tree, first, number)
);

CREATE FUNCTION unbind() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    block sheaf_block;
BEGIN
    DELETE FROM sheaf_block USING leaf
    WHERE leaf.entry = OLD.entry AND sheaf_block.tree = leaf.tree
      AND leaf.position BETWEEN sheaf_block.first AND sheaf_block.last
    RETURNING sheaf_block.* INTO block;
    DELETE FROM sheaf WHERE tree = block.tree AND first = block.first;
    RETURN NULL;
END
$$;
CREATE TRIGGER unbound AFTER DELETE OR UPDATE OF
    salts, kind, at, actor, organization, subject, data, who, texts, marking, audience, cause
    ON body FOR EACH ROW EXECUTE FUNCTION unbind();

DO $$
DECLARE
    knows CONSTANT text := 'EXISTS (SELECT FROM standing WHERE standing.incident = %I.tree AND standing.knows)';
    policy text[];
BEGIN
    FOREACH policy SLICE 1 IN ARRAY ARRAY[
        ['sheaf_block', format(knows, 'sheaf_block')],
        ['sheaf', format(knows, 'sheaf') || ' AND strictness <= (SELECT reader_ceiling()) AND (
            (SELECT reader_person()) = ANY (persons)
            OR strictness <= 3 AND ((SELECT reader_organization()) = ANY (organizations)
                OR ''parties'' = ANY (organizations) AND EXISTS (
                    SELECT FROM standing WHERE standing.incident = sheaf.tree AND standing.takes_part))
            OR strictness <= 1 AND reach >= 1 AND (SELECT reader_organization()) IS NOT NULL
            OR strictness = 0 AND reach = 2)']
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', policy[1]);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', policy[1]);
        EXECUTE format('CREATE POLICY written ON %I TO muster_writer USING (true) WITH CHECK (true)', policy[1]);
        EXECUTE format('CREATE POLICY released ON %I FOR SELECT TO muster_reader USING (%s)', policy[1], policy[2]);
    END LOOP;
END
$$;

GRANT SELECT ON sheaf, sheaf_block TO muster_reader;
