-- An entry for an audience that holds `unattributed` is under the Chatham House Rule whoever reads it, its author's
-- organization alone excepted: of it, too, no column that tells who said it or who took part is shown, and of its
-- audience that word alone beside the reader.

-- Sheaves hold who said what in one piece, so a block with such an entry has none, and is read entry by entry.
ALTER TABLE sheaf_block ADD COLUMN unattributed boolean NOT NULL DEFAULT false;
ALTER POLICY named ON sheaf_block USING (NOT unattributed AND NOT (SELECT reader_under_chatham_house()));
ALTER POLICY named ON sheaf
    USING (NOT 'unattributed' = ANY (organizations) AND NOT (SELECT reader_under_chatham_house()));

GRANT CREATE ON SCHEMA shown TO muster_wall;
SET LOCAL ROLE muster_wall;

CREATE OR REPLACE VIEW shown.body AS
SELECT entry, CASE WHEN named THEN salts ELSE public.salts_without_names(salts) END AS salts, kind, at,
    CASE WHEN named THEN actor END AS actor, CASE WHEN named THEN organization END AS organization,
    CASE WHEN named THEN subject END AS subject, data, CASE WHEN named THEN who END AS who, texts, marking,
    CASE WHEN named THEN audience WHEN unattributed THEN (SELECT (public.reader_alone()::jsonb || '"unattributed"')::text)
        ELSE (SELECT public.reader_alone()) END AS audience,
    CASE WHEN named THEN cause END AS cause, key
FROM (
    SELECT *, NOT unattributed AND NOT (SELECT public.reader_under_chatham_house())
        OR organization = (SELECT to_json(public.reader_organization())::text) AS named
    FROM (SELECT *, audience LIKE '%"unattributed"%' AS unattributed FROM public.body) AS given
) AS hers;

CREATE OR REPLACE VIEW shown.card AS
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
    SELECT *, NOT (SELECT public.reader_under_chatham_house()) AND NOT 'unattributed' = ANY (organizations)
        OR author = (SELECT public.reader_organization()) AS named
    FROM public.card
) AS hers;

RESET ROLE;
REVOKE CREATE ON SCHEMA shown FROM muster_wall;
