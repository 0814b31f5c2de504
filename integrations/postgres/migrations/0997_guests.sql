-- A vendor's guest reads what is addressed to her vendor by name, or to her: nothing for being of a community, which a
-- vendor is not (playbooks/domain/release.py). What is for the parties she has not, since a vendor never takes part.
CREATE FUNCTION reader_of_community() RETURNS boolean STABLE LANGUAGE sql
    RETURN coalesce(reader_organization() NOT LIKE 'vendor:%', false);

DROP POLICY released ON card;
CREATE POLICY released ON card FOR SELECT TO muster_wall USING (
    strictness <= (SELECT reader_ceiling()) AND (
        kind = 'review:version:publish' AND (
            strictness <= 1 AND reach >= 1 AND ((SELECT reader_of_community())
                OR (SELECT reader_person()) = ANY (persons) OR (SELECT reader_organization()) = ANY (organizations))
            OR strictness = 0 AND reach = 2)
        OR EXISTS (SELECT FROM standing WHERE standing.incident = card.incident AND standing.knows) AND (
            (SELECT reader_person()) = ANY (persons)
            OR strictness <= 3 AND ((SELECT reader_organization()) = ANY (organizations)
                OR 'parties' = ANY (organizations) AND (SELECT reader_of_community()) AND EXISTS (
                    SELECT FROM standing WHERE standing.incident = card.incident AND standing.takes_part))
            OR strictness <= 1 AND reach >= 1 AND (SELECT reader_of_community())
            OR strictness = 0 AND reach = 2)));
