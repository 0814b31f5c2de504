-- Signing in: what is kept are digests and public keys, never anything that one could sign in with.

CREATE TABLE enrolment (
    person     text PRIMARY KEY,
    digest     bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL
);

CREATE TABLE passkey (
    credential_id bytea PRIMARY KEY,
    person        text NOT NULL,
    public_key    bytea NOT NULL,
    sign_count    bigint NOT NULL,
    created_at    timestamptz NOT NULL,
    used_at       timestamptz
);

CREATE INDEX passkey_person ON passkey (person, created_at);

CREATE TABLE recovery_code (
    person text NOT NULL,
    hash   bytea NOT NULL,
    salt   bytea NOT NULL,
    PRIMARY KEY (person, hash)
);

CREATE TABLE sign_in_challenge (
    digest     bytea PRIMARY KEY,
    visit      bytea NOT NULL,
    person     text,
    expires_at timestamptz NOT NULL
);

CREATE TABLE web_session (
    digest     bytea PRIMARY KEY,
    person     text NOT NULL,
    proof      text NOT NULL,
    opened_at  timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE sign_in_attempt (
    scope text NOT NULL,
    at    timestamptz NOT NULL
);

CREATE INDEX sign_in_attempt_scope ON sign_in_attempt (scope, at);
