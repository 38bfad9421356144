-- What leaves for other servers when values change, and what programs tell about flags.

-- method: get or post. headers: JSON, a list of key, value, secure. key1, key2: what requests are signed with; shown again to those who manage
-- webhooks, so they are stored as they are.
CREATE TABLE webhooks (
    id bigint PRIMARY KEY,
    config uuid NOT NULL REFERENCES configs ON DELETE CASCADE,
    environment uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
    url text NOT NULL,
    method text NOT NULL,
    content text,
    headers text NOT NULL,
    key1 text,
    key2 text,
    created_at bigint NOT NULL
);
CREATE INDEX webhooks_pair ON webhooks (config, environment, id);
CREATE INDEX webhooks_environment ON webhooks (environment);

-- parameters: JSON, text by name. configs, environments: JSON, lists of ids; an empty one means all.
CREATE TABLE integrations (
    id uuid PRIMARY KEY,
    product uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    kind text NOT NULL,
    name text NOT NULL,
    parameters text NOT NULL,
    configs text NOT NULL,
    environments text NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX integrations_product ON integrations (product, id);

-- A request to a server of somebody else. target: for whom, such as “webhook 12”. about: JSON, what it tells. state: waiting, sent, failed.
-- status: what the server answered last. reason: why it was not taken.
CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    product uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    target text NOT NULL,
    about text NOT NULL,
    state text NOT NULL,
    attempts bigint NOT NULL,
    status bigint,
    reason text,
    created_at bigint NOT NULL,
    tried_at bigint
);
CREATE INDEX deliveries_target ON deliveries (target, id);
CREATE INDEX deliveries_product ON deliveries (product);
CREATE INDEX deliveries_age ON deliveries (created_at);

-- What was found in a branch of a repository when it was searched for the keys of a config.
CREATE TABLE code_reports (
    id uuid PRIMARY KEY,
    config uuid NOT NULL REFERENCES configs ON DELETE CASCADE,
    repository text NOT NULL,
    branch text NOT NULL,
    commit_url text,
    commit_hash text,
    uploader text,
    synced_at bigint NOT NULL,
    UNIQUE (config, repository, branch)
);

-- lines: JSON, the places of one setting in it.
CREATE TABLE code_references (
    report uuid NOT NULL REFERENCES code_reports ON DELETE CASCADE,
    setting bigint NOT NULL REFERENCES config_settings ON DELETE CASCADE,
    lines text NOT NULL,
    PRIMARY KEY (report, setting)
);
CREATE INDEX code_references_setting ON code_references (setting);
