-- What was published to the community or to the public is read by whom its marking entitles, party or not; nobody else
-- learns by it that there is such an incident (playbooks/domain/policy.py, is_published).
DROP POLICY released ON card;
CREATE POLICY released ON card FOR SELECT TO muster_reader USING (
    strictness <= (SELECT reader_ceiling()) AND (
        kind = 'review:version:publish' AND (
            strictness <= 1 AND reach >= 1 AND (SELECT reader_organization()) IS NOT NULL OR strictness = 0 AND reach = 2)
        OR EXISTS (SELECT FROM standing WHERE standing.incident = card.incident AND standing.knows) AND (
            (SELECT reader_person()) = ANY (persons)
            OR strictness <= 3 AND ((SELECT reader_organization()) = ANY (organizations)
                OR 'parties' = ANY (organizations) AND EXISTS (
                    SELECT FROM standing WHERE standing.incident = card.incident AND standing.takes_part))
            OR strictness <= 1 AND reach >= 1 AND (SELECT reader_organization()) IS NOT NULL
            OR strictness = 0 AND reach = 2)));
CREATE INDEX card_published ON card (seq) WHERE kind = 'review:version:publish' AND reach >= 1;
