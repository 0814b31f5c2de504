-- The wall, slot by slot, and a role for each kind of work: docs/reading.md.
--
-- Readers are given no table any more. What they have are the views of the schema `shown`, which bear the tables' names:
-- the rows are those that the policies let through, and under the Chatham House Rule the columns that tell who said it or
-- who took part are empty but in what their own organization wrote. The views are `muster_wall`'s, which the policies hold
-- as they hold everybody; so a reader needs no right on a column to be withheld it.

DO $$
DECLARE
    needed text := '';
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['muster_wall', 'muster_sequencer', 'muster_verifier'] LOOP
        needed := needed || format('CREATE ROLE %1$I; GRANT %1$I TO %2$I WITH INHERIT FALSE, SET TRUE; ', name, current_user);
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I', name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- another database of this server was quicker
            END;
        END IF;
    END LOOP;
    FOREACH name IN ARRAY ARRAY['muster_wall', 'muster_sequencer', 'muster_verifier'] LOOP
        IF NOT pg_has_role(name, 'SET') THEN
            EXECUTE format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', name, current_user);
        END IF;
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE insufficient_privilege USING MESSAGE =
        'the roles of Muster are missing; a superuser makes them once: ' || needed;
END
$$;

-- The writer: Muster itself at work. It changes nothing of what was recorded, and places nothing in the trees.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO muster_writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO muster_writer;
REVOKE UPDATE, DELETE ON entry, erased, arrival, migration FROM muster_writer;
REVOKE INSERT ON migration FROM muster_writer;
REVOKE INSERT, UPDATE, DELETE ON leaf, node, head, signed_head, tree FROM muster_writer;
GRANT TRUNCATE ON card, standing, restricted, words TO muster_writer;  -- made again from the record

-- The sequencer: takes what arrived, and adds it to the trees.
GRANT SELECT ON entry TO muster_sequencer;
GRANT SELECT, DELETE ON arrival TO muster_sequencer;
GRANT SELECT, INSERT, UPDATE ON tree TO muster_sequencer;
GRANT SELECT, INSERT ON leaf, node, head, signed_head TO muster_sequencer;
CREATE POLICY sequenced ON entry FOR SELECT TO muster_sequencer USING (true);
CREATE POLICY sequenced ON arrival TO muster_sequencer USING (true);
CREATE POLICY sequenced ON leaf TO muster_sequencer USING (true) WITH CHECK (true);
CREATE POLICY sequenced ON head TO muster_sequencer USING (true) WITH CHECK (true);

-- The verifier: reads the record and what it is compared with. The ledger's verdicts, without who gave which command.
GRANT SELECT ON entry, body, arrival, leaf, node, head, signed_head, tree, erased, cosigned, time_stamp, content, evidence,
    released_report, reported_quarter, organization_key TO muster_verifier;
GRANT SELECT (id, verdict, entered_at) ON command TO muster_verifier;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['entry', 'body', 'arrival', 'leaf', 'head', 'erased'] LOOP
        EXECUTE format('CREATE POLICY verified ON %I FOR SELECT TO muster_verifier USING (true)', name);
    END LOOP;
END
$$;

-- The wall: what was readers' is its own, and its views are theirs.
DO $$
DECLARE
    policed record;
BEGIN
    FOR policed IN SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = 'released' LOOP
        EXECUTE format('ALTER POLICY released ON %I TO muster_wall', policed.tablename);
    END LOOP;
END
$$;
DROP VIEW open_item, incident_move, incident_line, told;
DROP FUNCTION search_words(text);
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM muster_reader;
GRANT SELECT ON standing, card, entry, body, arrival, leaf, node, head, signed_head, cosigned, time_stamp, erased, sheaf, sheaf_block,
    alert_group, alert, alert_rate, words TO muster_wall;

-- Sheaves hold who said what in one piece: under the rule there are none, and entries are read one by one.
CREATE POLICY named ON sheaf AS RESTRICTIVE FOR SELECT TO muster_wall USING (NOT (SELECT reader_under_chatham_house()));
CREATE POLICY named ON sheaf_block AS RESTRICTIVE FOR SELECT TO muster_wall
    USING (NOT (SELECT reader_under_chatham_house()));

-- The reader alone, as an audience: for whom else it is goes untold, and that it is for her she knows.
CREATE FUNCTION reader_alone() RETURNS text STABLE LANGUAGE sql
    RETURN CASE WHEN reader_organization() IS NULL THEN '["public"]' ELSE
        to_json(array_remove(ARRAY['person:' || reader_person(), reader_organization()], NULL))::text END;

-- Sixteen bytes for each slot in their order; those of the slots actor, organization, subject, who, audience and cause are
-- nothing: with its salt a guess at a withheld slot could be tried against its commitment.
CREATE FUNCTION salts_without_names(salts bytea) RETURNS bytea IMMUTABLE LANGUAGE sql
    RETURN substring(salts FROM 1 FOR 32) || decode(repeat('00', 48), 'hex') || substring(salts FROM 81 FOR 16)
        || decode(repeat('00', 16), 'hex') || substring(salts FROM 113 FOR 32) || decode(repeat('00', 32), 'hex');

CREATE SCHEMA shown;
GRANT USAGE, CREATE ON SCHEMA shown TO muster_wall;
GRANT USAGE ON SCHEMA public TO muster_wall, muster_writer, muster_sequencer, muster_verifier;
GRANT USAGE ON SCHEMA shown TO muster_reader;

CREATE VIEW shown.standing AS SELECT * FROM public.standing;
CREATE VIEW shown.entry AS SELECT * FROM public.entry;
CREATE VIEW shown.arrival AS SELECT * FROM public.arrival;
CREATE VIEW shown.leaf AS SELECT * FROM public.leaf;
CREATE VIEW shown.node AS SELECT * FROM public.node;
CREATE VIEW shown.head AS SELECT * FROM public.head;
CREATE VIEW shown.signed_head AS SELECT * FROM public.signed_head;
CREATE VIEW shown.cosigned AS SELECT * FROM public.cosigned;
CREATE VIEW shown.time_stamp AS SELECT * FROM public.time_stamp;
CREATE VIEW shown.erased AS SELECT * FROM public.erased;
CREATE VIEW shown.sheaf AS SELECT * FROM public.sheaf;
CREATE VIEW shown.sheaf_block AS SELECT * FROM public.sheaf_block;
CREATE VIEW shown.alert_group AS SELECT * FROM public.alert_group;
CREATE VIEW shown.alert AS SELECT * FROM public.alert;
CREATE VIEW shown.alert_rate AS SELECT * FROM public.alert_rate;

CREATE VIEW shown.body AS
SELECT entry, CASE WHEN named THEN salts ELSE public.salts_without_names(salts) END AS salts, kind, at,
    CASE WHEN named THEN actor END AS actor, CASE WHEN named THEN organization END AS organization,
    CASE WHEN named THEN subject END AS subject, data, CASE WHEN named THEN who END AS who, texts, marking,
    CASE WHEN named THEN audience ELSE (SELECT public.reader_alone()) END AS audience,
    CASE WHEN named THEN cause END AS cause, key
FROM (
    SELECT *, NOT (SELECT public.reader_under_chatham_house())
        OR organization = (SELECT to_json(public.reader_organization())::text) AS named
    FROM public.body
) AS hers;

-- Of a card, what lists and figures are made of: not for whom it is, and of nobody where nobody is named.
CREATE VIEW shown.card AS
SELECT entry, seq, incident, kind, at, marking, strictness, kind = 'review:version:publish' AND reach >= 1 AS published,
    CASE WHEN named THEN author END AS author, glance, glance AND item IS NULL AS lists, opens, CASE WHEN named THEN lead END AS lead, incident_class,
    severity, phase, overall, declared_at, closed, CASE WHEN named THEN party END AS party,
    CASE WHEN named THEN standing END AS standing, CASE WHEN named THEN commander END AS commander,
    CASE WHEN named THEN commander_of END AS commander_of, CASE WHEN named THEN item END AS item,
    CASE WHEN named THEN item_new END AS item_new, CASE WHEN named THEN item_open END AS item_open,
    named AND acted AS acted, counted, alerted, contained, alerts, happened_at, playbook,
    CASE WHEN named THEN demanded END AS demanded, CASE WHEN named THEN turn END AS turn,
    CASE WHEN named THEN demand END AS demand, CASE WHEN named THEN asked END AS asked,
    CASE WHEN named THEN due_at END AS due_at
FROM (
    SELECT *, NOT (SELECT public.reader_under_chatham_house())
        OR author = (SELECT public.reader_organization()) AS named
    FROM public.card
) AS hers;

-- Each incident in a line, as the reader's own entries tell it: the rules are those of `playbooks/domain/fold.py`.
-- Whoever does not know the declaration goes by the last invitation.
CREATE VIEW shown.incident_line WITH (security_invoker) AS
SELECT incident,
    (array_agg(entry ORDER BY seq) FILTER (WHERE opens))[1] AS title_entry,
    coalesce((array_agg(lead ORDER BY seq DESC) FILTER (WHERE lead IS NOT NULL AND counts))[1], '') AS lead,
    (array_agg(incident_class ORDER BY seq DESC) FILTER (WHERE incident_class IS NOT NULL AND counts))[1]
        AS incident_class,
    (array_agg(severity ORDER BY seq DESC) FILTER (WHERE severity IS NOT NULL AND counts))[1] AS severity,
    coalesce((array_agg(phase ORDER BY seq DESC) FILTER (WHERE phase IS NOT NULL))[1], 'detect') AS phase,
    (array_agg(overall ORDER BY seq DESC) FILTER (WHERE overall IS NOT NULL AND counts))[1] AS marking,
    (array_agg(declared_at ORDER BY seq DESC) FILTER (WHERE declared_at IS NOT NULL AND counts))[1] AS declared_at,
    (array_agg(CASE WHEN closed THEN at END ORDER BY seq DESC) FILTER (WHERE closed IS NOT NULL))[1] AS closed_at,
    array_agg(DISTINCT party) FILTER (WHERE party IS NOT NULL AND standing IS NOT NULL) AS parties
FROM (
    SELECT *, opens IS NOT FALSE OR NOT bool_or(opens IS TRUE) OVER (PARTITION BY incident) AS counts
    FROM shown.card WHERE lists AND incident IS NOT NULL
) AS heard
GROUP BY incident
HAVING bool_or(opens IS NOT NULL);

-- Who takes part and who has command, in the order in which it was told.
CREATE VIEW shown.incident_move WITH (security_invoker) AS
SELECT incident, seq, party, standing, commander, commander_of
FROM shown.card WHERE lists AND (party IS NOT NULL OR commander IS NOT NULL);

-- The tasks and questions that somebody still has to settle.
CREATE VIEW shown.open_item WITH (security_invoker) AS
SELECT incident, item FROM shown.card WHERE item IS NOT NULL AND glance
GROUP BY incident, item
HAVING bool_or(item_new IS TRUE) AND (array_agg(item_open ORDER BY seq DESC) FILTER (WHERE item_open IS NOT NULL))[1];

-- Which entries that are hers say these words, all of them; the newest has the greatest place. As the wall, which the policies hold; the index of words
-- itself is nobody's to read.
CREATE FUNCTION shown.search_words(wanted text) RETURNS TABLE (incident text, entry text, place bigint)
    STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp LANGUAGE sql AS $$
    SELECT card.incident, card.entry, words.id FROM words JOIN card ON card.entry = words.entry
    WHERE words.vector @@ websearch_to_tsquery('simple', wanted)
$$;

DO $$
DECLARE
    view record;
BEGIN
    FOR view IN SELECT relname FROM pg_class WHERE relnamespace = 'shown'::regnamespace AND relkind = 'v'
        AND relowner = current_user::regrole LOOP
        EXECUTE format('ALTER VIEW shown.%I OWNER TO muster_wall', view.relname);
    END LOOP;
END
$$;
ALTER FUNCTION shown.search_words(text) OWNER TO muster_wall;
SET LOCAL ROLE muster_wall;
GRANT SELECT ON ALL TABLES IN SCHEMA shown TO muster_reader;
REVOKE ALL ON FUNCTION shown.search_words(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shown.search_words(text) TO muster_reader;
RESET ROLE;
REVOKE CREATE ON SCHEMA shown FROM muster_wall;
