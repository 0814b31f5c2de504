-- Pages that Muster calls out itself, level by level, where an organization has no pager or its pager is away.
CREATE TABLE own_page (
    id           text PRIMARY KEY,
    incident     text NOT NULL,
    organization text NOT NULL,
    status       text NOT NULL,
    calls        integer NOT NULL DEFAULT 0,
    level        integer NOT NULL DEFAULT 0,
    due_at       timestamptz NOT NULL
);

CREATE INDEX own_page_due ON own_page (due_at) WHERE status = 'triggered';

-- Turns that people have put in, among the entries of the record.
CREATE INDEX body_turns ON body (entry) WHERE kind = '"rota:turn:override"';
