-- What people ask of a page that Muster calls out itself: to hand it to somebody, to call others to help, to note.
ALTER TABLE own_page ADD COLUMN orders jsonb NOT NULL DEFAULT '[]';

CREATE INDEX own_page_ordered ON own_page (id) WHERE status <> 'resolved' AND orders @> '[{"called": false}]';
