-- A line of the list is kept where it reads the same for whoever may have it: folded from all cards that change it, for those
-- who may read every one of them. So its access is what the cards' have in common: the strictest marking, the persons and
-- organizations that all of them name, the smallest reach. Who has some of the cards and not others goes by those, as before.
--
-- What was said last of something bears the place of its card before it, so that the greatest is the latest, whichever
-- writer commits first. `migrate` makes all cards again, and the lines with them.
CREATE TABLE kept_line (
    incident       text PRIMARY KEY,
    strictness     smallint NOT NULL,
    persons        text[] NOT NULL,
    organizations  text[] NOT NULL,
    reach          smallint NOT NULL,
    title_entry    text COLLATE "C",  -- the first, where all else is the last
    lead           text COLLATE "C",
    incident_class text COLLATE "C",
    severity       text COLLATE "C",
    phase          text COLLATE "C",
    overall        text COLLATE "C",
    declared_at    text COLLATE "C",
    closed_at      text COLLATE "C",
    parties        text[] NOT NULL
);

CREATE FUNCTION in_both(one text[], other text[]) RETURNS text[] STRICT IMMUTABLE LANGUAGE sql
    RETURN ARRAY(SELECT unnest(one) INTERSECT SELECT unnest(other));
CREATE AGGREGATE in_all(text[]) (SFUNC = in_both, STYPE = text[]);

CREATE FUNCTION placed(seq bigint, said text) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN lpad(seq::text, 19, '0') || said;
CREATE FUNCTION said(placed text) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN nullif(substr(placed, 20), '');

ALTER TABLE kept_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE kept_line FORCE ROW LEVEL SECURITY;
CREATE POLICY written ON kept_line TO muster_writer USING (true) WITH CHECK (true);
GRANT SELECT ON kept_line TO muster_wall;
GRANT TRUNCATE ON kept_line TO muster_writer;  -- made again from the record

-- As of a card. Under the Chatham House Rule there are none: a line is one piece of what several said.
CREATE POLICY released ON kept_line FOR SELECT TO muster_wall USING (
    EXISTS (SELECT FROM standing WHERE standing.incident = kept_line.incident AND standing.knows)
    AND strictness <= (SELECT reader_ceiling()) AND (
        (SELECT reader_person()) = ANY (persons)
        OR strictness <= 3 AND ((SELECT reader_organization()) = ANY (organizations)
            OR 'parties' = ANY (organizations) AND (SELECT reader_of_community()) AND EXISTS (
                SELECT FROM standing WHERE standing.incident = kept_line.incident AND standing.takes_part))
        OR strictness <= 1 AND reach >= 1 AND (SELECT reader_of_community())
        OR strictness = 0 AND reach = 2));
CREATE POLICY named ON kept_line AS RESTRICTIVE FOR SELECT TO muster_wall
    USING (NOT (SELECT reader_under_chatham_house()));

GRANT CREATE ON SCHEMA shown TO muster_wall;
SET LOCAL ROLE muster_wall;

CREATE VIEW shown.kept_line AS
SELECT incident, public.said(title_entry) AS title_entry, coalesce(public.said(lead), '') AS lead,
    public.said(incident_class) AS incident_class, public.said(severity) AS severity,
    coalesce(public.said(phase), 'detect') AS phase, public.said(overall) AS marking,
    public.said(declared_at)::timestamptz AS declared_at, public.said(closed_at)::timestamptz AS closed_at, parties
FROM public.kept_line WHERE title_entry IS NOT NULL;

ALTER VIEW shown.incident_line RENAME TO folded_line;
CREATE VIEW shown.incident_line WITH (security_invoker) AS
WITH kept AS MATERIALIZED (SELECT * FROM shown.kept_line)
SELECT * FROM kept
UNION ALL
SELECT folded.* FROM (SELECT incident FROM shown.standing WHERE knows EXCEPT SELECT incident FROM kept) AS hers
CROSS JOIN LATERAL (SELECT * FROM shown.folded_line WHERE incident = hers.incident OFFSET 0) AS folded;

GRANT SELECT ON shown.kept_line, shown.incident_line TO muster_reader;
RESET ROLE;
REVOKE CREATE ON SCHEMA shown FROM muster_wall;
