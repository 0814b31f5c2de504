-- RFC 3161 time stamps of the log's checkpoints, as the authorities gave them.
CREATE TABLE time_stamp (
    authority text NOT NULL,
    size      bigint NOT NULL,
    response  bytea NOT NULL,
    PRIMARY KEY (authority, size)
);
