-- Reports that left the circle, and which quarters each organization has reported on: each once.

CREATE TABLE released_report (
    entry        text PRIMARY KEY,
    organization text NOT NULL,
    kind         text NOT NULL,
    report       json NOT NULL,
    text         text NOT NULL,
    released_at  timestamptz NOT NULL
);

CREATE TABLE reported_quarter (
    organization text NOT NULL,
    kind         text NOT NULL,
    quarter      text NOT NULL,
    entry        text NOT NULL REFERENCES released_report,
    PRIMARY KEY (organization, kind, quarter)
);
