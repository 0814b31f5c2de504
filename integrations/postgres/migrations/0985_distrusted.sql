-- Connections that were declared compromised, by the entry that said so: nothing goes there, nothing that comes commands.

CREATE TABLE distrusted (
    connection text PRIMARY KEY,
    incident   text NOT NULL,
    entry      text NOT NULL
);
