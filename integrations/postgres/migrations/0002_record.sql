-- The record. `entry`, `leaf`, `node`, `head` and `signed_head` are only ever added to; `body` holds what may be erased;
-- `arrival` is the queue of what the sequencer has not integrated yet. The format is docs/record.md.

-- What is committed to. `commitments` are eleven SHA-256 hashes in the order of the slots.
CREATE TABLE entry (
    id          text PRIMARY KEY,
    tree        text NOT NULL,
    commitments bytea NOT NULL CHECK (length(commitments) = 352)
);

-- What was committed: each slot's value in RFC 8785 form, NULL once erased, and eleven salts of 16 bytes.
CREATE TABLE body (
    entry        text PRIMARY KEY,
    salts        bytea NOT NULL CHECK (length(salts) = 176),
    kind         text,
    at           text,
    actor        text,
    organization text,
    subject      text,
    data         text,
    who          text,
    texts        text,
    marking      text,
    audience     text,
    cause        text
);

-- Committed, not yet positioned. A cursor on `seq` would lose late commits; rows leave one by one instead.
CREATE TABLE arrival (
    entry      text PRIMARY KEY,
    seq        bigint GENERATED ALWAYS AS IDENTITY,
    arrived_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Each tree's size and frontier (the heads of its full subtrees).
CREATE TABLE tree (
    name  text PRIMARY KEY,
    size  bigint NOT NULL,
    peaks bytea NOT NULL
);

INSERT INTO tree VALUES ('installation', 0, '');

-- Leaves in order, counted from 1. In the installation's log a leaf without an entry is the head of an incident's tree.
CREATE TABLE leaf (
    tree     text NOT NULL,
    position bigint NOT NULL,
    hash     bytea NOT NULL,
    entry    text UNIQUE,
    PRIMARY KEY (tree, position)
);

-- Heads of full subtrees of 2^8, 2^16, 2^24 leaves: a proof reads a few hundred hashes and never a whole tree.
CREATE TABLE node (
    tree     text NOT NULL,
    level    smallint NOT NULL,
    index    bigint NOT NULL,
    hash     bytea NOT NULL,
    PRIMARY KEY (tree, level, index)
);

-- Heads of incidents' trees, each a leaf of the installation's log.
CREATE TABLE head (
    tree         text NOT NULL,
    size         bigint NOT NULL,
    root         bytea NOT NULL,
    at           timestamptz(3) NOT NULL,
    log_position bigint NOT NULL UNIQUE,
    PRIMARY KEY (tree, size)
);

-- Heads of the installation's log, signed; `previous` is the size of the one signed before.
CREATE TABLE signed_head (
    size      bigint PRIMARY KEY,
    root      bytea NOT NULL,
    at        timestamptz(3) NOT NULL,
    previous  bigint NOT NULL,
    key_id    text NOT NULL,
    signature bytea NOT NULL
);
