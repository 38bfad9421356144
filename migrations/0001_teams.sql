-- People, teams, invitations, and the log of everything that happened to them.
-- Times are milliseconds since 1970 in UTC. Names that must be unique are stored a second time in lower case (…_key), and that is what is unique.

CREATE TABLE teams (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    name_key text NOT NULL,
    slug text NOT NULL UNIQUE,
    suspended boolean NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

-- Accounts of people, and service accounts: those belong to a team, end with it, and have no password and no address (their keys hold their id).
CREATE TABLE people (
    id uuid PRIMARY KEY,
    username text NOT NULL,
    username_key text NOT NULL UNIQUE,
    name text NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL UNIQUE,
    email_verified boolean NOT NULL,
    password text NOT NULL,
    administrator boolean NOT NULL,
    suspended boolean NOT NULL,
    service_of uuid REFERENCES teams ON DELETE CASCADE,
    default_team uuid,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    last_seen_at bigint
);
CREATE INDEX people_administrators ON people (administrator) WHERE administrator;
CREATE INDEX people_service ON people (service_of) WHERE service_of IS NOT NULL;

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    person uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    agent text NOT NULL,
    address text NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);

-- What lets programs in. `expires_at` null: it never ends. Shown as a bearer token, or as `id` and secret where a user name and a password are asked.
CREATE TABLE credentials (
    id uuid PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    person uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    name text NOT NULL,
    read_only boolean NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    last_used_at bigint
);
CREATE INDEX credentials_person ON credentials (person);

-- Links that were sent by mail: each kind at most once per person, only the hash of its secret.
CREATE TABLE mailed_links (
    hash bytea PRIMARY KEY,
    kind text NOT NULL,
    person uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    email text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    UNIQUE (person, kind)
);

CREATE TABLE settings (
    name text PRIMARY KEY,
    value text NOT NULL
);

-- One row per team, and one with the nil id for the platform. Whoever changes something in a team locks its row first; whoever changes who may
-- do what gives it a new value.
CREATE TABLE grant_revisions (
    team uuid PRIMARY KEY,
    revision uuid NOT NULL
);

-- role: 50 Owner, 30 Member, 5 Guest.
CREATE TABLE members (
    team uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
    person uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    role bigint NOT NULL,
    invited_by text,
    joined_at bigint NOT NULL,
    PRIMARY KEY (team, person)
);
CREATE INDEX members_person ON members (person, team, role);
CREATE INDEX members_role ON members (team, role);

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    team uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
    role bigint NOT NULL,
    inviter uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    invitee uuid REFERENCES people ON DELETE CASCADE,
    email text,
    -- who is invited, for uniqueness: the person's id, or the address in lower case
    invitee_key text NOT NULL,
    hash bytea UNIQUE,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    mail uuid
);
CREATE INDEX invitations_invitee ON invitations (invitee);
CREATE INDEX invitations_email ON invitations (email);
CREATE INDEX invitations_expiry ON invitations (expires_at);

-- Chains: one per team, and one with the nil id for the platform and its accounts. `position` and `hash` are those of the newest event.
CREATE TABLE audit_chains (
    id uuid PRIMARY KEY,
    position bigint NOT NULL,
    hash bytea NOT NULL,
    at bigint NOT NULL,
    checked_at bigint,
    checked_position bigint,
    broken_position bigint
);

CREATE TABLE audit_events (
    chain uuid NOT NULL,
    position bigint NOT NULL,
    at bigint NOT NULL,
    event text NOT NULL,
    actor uuid,
    actor_name text NOT NULL,
    way text NOT NULL,
    address text,
    request uuid NOT NULL,
    data text NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (chain, position)
);
CREATE INDEX audit_events_at ON audit_events (chain, at, position);
CREATE INDEX audit_events_actor ON audit_events (chain, actor, position);
CREATE INDEX audit_events_event ON audit_events (chain, event, position);

-- What an event is about, so that an object's own history is one look-up.
CREATE TABLE audit_objects (
    chain uuid NOT NULL,
    object uuid NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (chain, object, position)
);

CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    payload text NOT NULL,
    created_at bigint NOT NULL,
    run_at bigint NOT NULL,
    attempts bigint NOT NULL,
    leased_until bigint
);
CREATE INDEX jobs_due ON jobs (run_at);

-- state: waiting, sent, failed (given up), not-wanted (what it was about is gone).
CREATE TABLE mails (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    state text NOT NULL,
    error text,
    attempts bigint NOT NULL,
    created_at bigint NOT NULL,
    sent_at bigint,
    file text,
    payload text NOT NULL
);
