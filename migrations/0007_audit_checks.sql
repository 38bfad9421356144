-- What a check of a log found. It stands apart from the log's head: one whose head is missing has a result too.
CREATE TABLE audit_checks (
    chain uuid PRIMARY KEY,
    checked_at bigint NOT NULL,
    checked_position bigint,
    broken_position bigint
);
INSERT INTO audit_checks (chain, checked_at, checked_position, broken_position)
    SELECT id, checked_at, checked_position, broken_position FROM audit_chains WHERE checked_at IS NOT NULL;
ALTER TABLE audit_chains DROP COLUMN checked_at;
ALTER TABLE audit_chains DROP COLUMN checked_position;
ALTER TABLE audit_chains DROP COLUMN broken_position;

-- Up to where the platform's log has recorded the heads of the other logs: only what has moved since is recorded again.
CREATE TABLE audit_recorded_heads (
    chain uuid PRIMARY KEY,
    position bigint NOT NULL
);

-- From where a token was last used.
ALTER TABLE credentials ADD COLUMN last_used_address text;
