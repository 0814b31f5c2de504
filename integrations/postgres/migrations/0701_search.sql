-- Full text of people's words, each as its keyed hash (integrations/postgres/words.py): written with the entry, apart from
-- the record so that it goes with what is erased.

CREATE TABLE words (
    entry  text PRIMARY KEY,
    id     bigint GENERATED ALWAYS AS IDENTITY,
    tree   text NOT NULL,
    vector tsvector NOT NULL
);

CREATE INDEX words_vector ON words USING gin (vector);

CREATE FUNCTION lose_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM words WHERE entry = OLD.entry;
    RETURN NULL;
END
$$;
CREATE TRIGGER no_words AFTER UPDATE OF texts ON body FOR EACH ROW WHEN (NEW.texts IS NULL)
    EXECUTE FUNCTION lose_words();
CREATE TRIGGER gone_words AFTER DELETE ON body FOR EACH ROW EXECUTE FUNCTION lose_words();

-- Past the policies, which would take the index away, but within the incidents that the reader knows of; ids alone, the
-- newest first. The reader's own query looks them up under the policies.
CREATE FUNCTION search_words(wanted text) RETURNS TABLE (entry text)
    STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp LANGUAGE sql AS $$
    SELECT words.entry FROM words
    WHERE words.vector @@ websearch_to_tsquery('simple', wanted) AND words.tree IN (
        SELECT standing.incident FROM standing
        WHERE standing.knows AND standing.who IN (reader_organization(), 'person:' || reader_person())
    )
    ORDER BY words.id DESC LIMIT 5000
$$;
REVOKE ALL ON FUNCTION search_words(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_words(text) TO muster_reader;
