-- What each event says, in small letters: where somebody looks for words. The rows are short, so that a long span is read quickly.
CREATE TABLE audit_words (
    chain uuid NOT NULL,
    position bigint NOT NULL,
    words text NOT NULL,
    PRIMARY KEY (chain, position)
) WITHOUT ROWID;
INSERT INTO audit_words (chain, position, words) SELECT chain, position, lower(actor_name || ' ' || data) FROM audit_events;
