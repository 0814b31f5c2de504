-- Under the Chatham House Rule a reader folds what others said too, of nobody: the same entries without who leads, takes
-- part, commands or is asked (playbooks/domain/unnamed.py).
CREATE OR REPLACE VIEW told WITH (security_invoker) AS
SELECT entry, seq, incident, kind, at, marking, strictness,
    CASE WHEN named THEN persons END AS persons, CASE WHEN named THEN organizations END AS organizations, reach,
    CASE WHEN named THEN author END AS author, glance, opens, CASE WHEN named THEN lead END AS lead, incident_class,
    severity, phase, overall, declared_at, closed, CASE WHEN named THEN party END AS party,
    CASE WHEN named THEN standing END AS standing, CASE WHEN named THEN commander END AS commander,
    CASE WHEN named THEN commander_of END AS commander_of, CASE WHEN named THEN item END AS item,
    CASE WHEN named THEN item_new END AS item_new, CASE WHEN named THEN item_open END AS item_open
FROM (
    SELECT *, NOT (SELECT reader_under_chatham_house()) OR author = (SELECT reader_organization()) AS named FROM card
) AS hers;
