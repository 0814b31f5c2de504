-- What readers read, and the wall around it: docs/reading.md.
-- Two roles, made once for the whole server: everything that judges and records works as `muster_writer`; whatever is
-- shown to somebody is read as `muster_reader`, which no policy lets past and which may write nothing.

DO $$
DECLARE
    needed CONSTANT text := 'CREATE ROLE muster_writer; CREATE ROLE muster_reader; '
        'GRANT muster_writer, muster_reader TO %1$I WITH INHERIT FALSE, SET TRUE';
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['muster_writer', 'muster_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I', name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- another database of this server was quicker
            END;
        END IF;
    END LOOP;
    IF NOT pg_has_role('muster_writer', 'SET') THEN
        EXECUTE format('GRANT muster_writer TO %I WITH INHERIT FALSE, SET TRUE', current_user);
    END IF;
    IF NOT pg_has_role('muster_reader', 'SET') THEN
        EXECUTE format('GRANT muster_reader TO %I WITH INHERIT FALSE, SET TRUE', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE insufficient_privilege USING MESSAGE =
        'the roles of Muster are missing; a superuser makes them once: ' || format(needed, current_user);
END
$$;

-- An entry's card: who may have it, and what it changes at a glance. Codes only. Written with the entry by the same
-- transaction; made again from the record by `rebuild_cards`. An unknown label counts as TLP:RED.
CREATE TABLE card (
    entry         text PRIMARY KEY,
    seq           bigint GENERATED ALWAYS AS IDENTITY,
    incident      text,
    kind          text NOT NULL,
    at            timestamptz NOT NULL,
    marking       text NOT NULL,
    strictness    smallint NOT NULL GENERATED ALWAYS AS (
        CASE marking WHEN 'TLP:CLEAR' THEN 0 WHEN 'TLP:GREEN' THEN 1 WHEN 'TLP:AMBER' THEN 2
                     WHEN 'TLP:AMBER+STRICT' THEN 3 ELSE 4 END
    ) STORED,
    persons       text[] NOT NULL,
    organizations text[] NOT NULL,
    reach         smallint NOT NULL,
    author        text NOT NULL,
    glance        boolean NOT NULL,
    opens          boolean,
    lead           text,
    incident_class text,
    severity       text,
    phase          text,
    overall        text,
    declared_at    timestamptz,
    closed         boolean,
    party          text,
    standing       text,
    commander      text,
    commander_of   text,
    item           text,
    item_new       boolean,
    item_open      boolean
);

CREATE INDEX card_incident ON card (incident, seq);
CREATE INDEX card_glance ON card (incident, seq) WHERE glance AND item IS NULL;
CREATE INDEX card_item ON card (incident, item) WHERE item IS NOT NULL;

-- Who stands where in an incident now: an organization by its code, a person named by `person:<id>`.
CREATE TABLE standing (
    incident   text NOT NULL,
    who        text NOT NULL,
    knows      boolean NOT NULL,
    takes_part boolean NOT NULL,
    PRIMARY KEY (incident, who)
);

CREATE INDEX standing_who ON standing (who);

CREATE TABLE restricted (
    incident text PRIMARY KEY
);

-- Which making of a read model stands; another version of Muster makes it again.
CREATE TABLE read_model (
    name    text PRIMARY KEY,
    version integer NOT NULL
);

-- The reader of this transaction, set with SET LOCAL; where nothing is set there is nobody, and nobody has anything.
CREATE FUNCTION reader_person() RETURNS text STABLE LANGUAGE sql
    RETURN nullif(current_setting('muster.person', true), '');
CREATE FUNCTION reader_organization() RETURNS text STABLE LANGUAGE sql
    RETURN nullif(current_setting('muster.organization', true), '');
CREATE FUNCTION reader_ceiling() RETURNS smallint STABLE LANGUAGE sql
    RETURN nullif(current_setting('muster.ceiling', true), '')::smallint;
CREATE FUNCTION reader_under_chatham_house() RETURNS boolean STABLE LANGUAGE sql
    RETURN coalesce(nullif(current_setting('muster.chatham_house', true), '')::boolean, false);

DO $$
DECLARE
    knows CONSTANT text := 'EXISTS (SELECT FROM standing WHERE standing.incident = %s AND standing.knows)';
    released CONSTANT text := 'EXISTS (SELECT FROM card WHERE card.entry = %s)';
    policy text[];
BEGIN
    FOREACH policy SLICE 1 IN ARRAY ARRAY[
        ['standing', 'who IN ((SELECT reader_organization()), (SELECT ''person:'' || reader_person()))'],
        ['restricted', 'false'],
        ['card', format(knows, 'card.incident') || ' AND strictness <= (SELECT reader_ceiling()) AND (
            (SELECT reader_person()) = ANY (persons)
            OR strictness <= 3 AND ((SELECT reader_organization()) = ANY (organizations)
                OR ''parties'' = ANY (organizations) AND EXISTS (
                    SELECT FROM standing WHERE standing.incident = card.incident AND standing.takes_part))
            OR strictness <= 1 AND reach >= 1 AND (SELECT reader_organization()) IS NOT NULL
            OR strictness = 0 AND reach = 2)'],
        ['entry', format(released, 'entry.id')],
        ['body', format(released, 'body.entry')],
        ['arrival', format(released, 'arrival.entry')],
        ['leaf', 'leaf.tree = ''installation'' OR ' || format(knows, 'leaf.tree')],
        ['head', format(knows, 'head.tree')],
        ['alert_group', 'organization = (SELECT reader_organization())']
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', policy[1]);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', policy[1]);
        EXECUTE format('CREATE POLICY written ON %I TO muster_writer USING (true) WITH CHECK (true)', policy[1]);
        EXECUTE format('CREATE POLICY released ON %I FOR SELECT TO muster_reader USING (%s)', policy[1], policy[2]);
    END LOOP;
END
$$;

GRANT SELECT ON standing, card, entry, body, arrival, leaf, node, head, signed_head, alert_group TO muster_reader;

-- What may be folded for the reader: under the Chatham House Rule nothing that tells of somebody else.
CREATE VIEW told WITH (security_invoker) AS
SELECT * FROM card WHERE NOT (SELECT reader_under_chatham_house()) OR author = (SELECT reader_organization());

-- Each incident in a line, as the reader's own entries tell it: the rules are those of `playbooks/domain/fold.py`.
-- Whoever does not know the declaration goes by the last invitation.
CREATE VIEW incident_line WITH (security_invoker) AS
SELECT incident,
    (array_agg(entry ORDER BY seq) FILTER (WHERE opens))[1] AS title_entry,
    coalesce((array_agg(lead ORDER BY seq DESC) FILTER (WHERE lead IS NOT NULL AND counts))[1], '') AS lead,
    (array_agg(incident_class ORDER BY seq DESC) FILTER (WHERE incident_class IS NOT NULL AND counts))[1]
        AS incident_class,
    (array_agg(severity ORDER BY seq DESC) FILTER (WHERE severity IS NOT NULL AND counts))[1] AS severity,
    coalesce((array_agg(phase ORDER BY seq DESC) FILTER (WHERE phase IS NOT NULL))[1], 'detect') AS phase,
    (array_agg(overall ORDER BY seq DESC) FILTER (WHERE overall IS NOT NULL AND counts))[1] AS marking,
    (array_agg(declared_at ORDER BY seq DESC) FILTER (WHERE declared_at IS NOT NULL AND counts))[1] AS declared_at,
    (array_agg(CASE WHEN closed THEN at END ORDER BY seq DESC) FILTER (WHERE closed IS NOT NULL))[1] AS closed_at
FROM (
    SELECT *, opens IS NOT FALSE OR NOT bool_or(opens IS TRUE) OVER (PARTITION BY incident) AS counts
    FROM told WHERE glance AND item IS NULL AND incident IS NOT NULL
) AS heard
GROUP BY incident
HAVING bool_or(opens IS NOT NULL);

-- Who takes part and who has command, in the order in which it was told.
CREATE VIEW incident_move WITH (security_invoker) AS
SELECT incident, seq, party, standing, commander, commander_of
FROM told WHERE glance AND item IS NULL AND (party IS NOT NULL OR commander IS NOT NULL);

-- The tasks and questions that somebody still has to settle.
CREATE VIEW open_item WITH (security_invoker) AS
SELECT incident, item FROM told WHERE item IS NOT NULL
GROUP BY incident, item
HAVING bool_or(item_new IS TRUE) AND (array_agg(item_open ORDER BY seq DESC) FILTER (WHERE item_open IS NOT NULL))[1];

GRANT SELECT ON told, incident_line, incident_move, open_item TO muster_reader;
