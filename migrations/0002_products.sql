-- Products: their environments, configs, settings, values and keys, and who may do what in them.
-- Numbered things (settings, tags, permission groups) take their number from `numbers`, so that none is ever given twice.

CREATE TABLE numbers (
    kind text PRIMARY KEY,
    last bigint NOT NULL
);

-- key_style: camelCase, lowerCase, upperCase, pascalCase, kebabCase.
CREATE TABLE products (
    id uuid PRIMARY KEY,
    team uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
    name text NOT NULL,
    description text,
    position bigint NOT NULL,
    key_style text NOT NULL,
    show_variation_id boolean NOT NULL,
    hint_mandatory boolean NOT NULL,
    note_required boolean NOT NULL,
    default_group bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE INDEX products_team ON products (team, position, id);

CREATE TABLE environments (
    id uuid PRIMARY KEY,
    product uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    name text NOT NULL,
    name_key text NOT NULL,
    color text,
    description text,
    position bigint NOT NULL,
    note_required boolean NOT NULL,
    created_at bigint NOT NULL,
    UNIQUE (product, name_key)
);

-- switches: one bit for each permission that a group can include. reach: 1 read-only, 2 full, 3 a level for each environment.
-- access, new_environments: 0 none, 1 read-only, 2 full.
CREATE TABLE permission_groups (
    id bigint PRIMARY KEY,
    product uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    name text NOT NULL,
    name_key text NOT NULL,
    switches bigint NOT NULL,
    reach bigint NOT NULL,
    new_environments bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    UNIQUE (product, name_key)
);

CREATE TABLE permission_group_environments (
    permission_group bigint NOT NULL REFERENCES permission_groups ON DELETE CASCADE,
    environment uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
    access bigint NOT NULL,
    PRIMARY KEY (permission_group, environment)
);
CREATE INDEX permission_group_environments_environment ON permission_group_environments (environment);

-- A person has one group in a product. Whoever leaves the team loses all of them.
CREATE TABLE product_members (
    product uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    person uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    team uuid NOT NULL,
    permission_group bigint NOT NULL REFERENCES permission_groups DEFERRABLE INITIALLY DEFERRED,
    invited_by text,
    joined_at bigint NOT NULL,
    PRIMARY KEY (product, person),
    FOREIGN KEY (team, person) REFERENCES members (team, person) ON DELETE CASCADE
);
CREATE INDEX product_members_person ON product_members (person, product);
CREATE INDEX product_members_team ON product_members (team, person);
CREATE INDEX product_members_group ON product_members (permission_group, person);

-- salt: what the sensitive comparison values of the served file are hashed with.
CREATE TABLE configs (
    id uuid PRIMARY KEY,
    product uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    name text NOT NULL,
    name_key text NOT NULL,
    description text,
    position bigint NOT NULL,
    evaluation_version bigint NOT NULL,
    salt text NOT NULL,
    created_at bigint NOT NULL,
    UNIQUE (product, name_key)
);

-- kind: 0 boolean, 1 string, 2 int, 3 double.
CREATE TABLE config_settings (
    id bigint PRIMARY KEY,
    config uuid NOT NULL REFERENCES configs ON DELETE CASCADE,
    key text NOT NULL,
    name text NOT NULL,
    hint text,
    kind bigint NOT NULL,
    is_json boolean NOT NULL,
    position bigint NOT NULL,
    creator uuid,
    created_at bigint NOT NULL,
    UNIQUE (config, key)
);
CREATE INDEX config_settings_order ON config_settings (config, position, id);

CREATE TABLE predefined_variations (
    id uuid PRIMARY KEY,
    setting bigint NOT NULL REFERENCES config_settings ON DELETE CASCADE,
    value text NOT NULL,
    name text,
    hint text,
    position bigint NOT NULL,
    UNIQUE (setting, value)
);

CREATE TABLE tags (
    id bigint PRIMARY KEY,
    product uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    name text NOT NULL,
    name_key text NOT NULL,
    color text,
    UNIQUE (product, name_key)
);

CREATE TABLE setting_tags (
    setting bigint NOT NULL REFERENCES config_settings ON DELETE CASCADE,
    tag bigint NOT NULL REFERENCES tags ON DELETE CASCADE,
    position bigint NOT NULL,
    PRIMARY KEY (setting, tag)
);
CREATE INDEX setting_tags_tag ON setting_tags (tag, setting);

-- conditions: JSON, all of them must hold.
CREATE TABLE segments (
    id uuid PRIMARY KEY,
    product uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    name text NOT NULL,
    name_key text NOT NULL,
    description text,
    conditions text NOT NULL,
    version uuid NOT NULL,
    creator uuid,
    created_at bigint NOT NULL,
    updater uuid,
    updated_at bigint NOT NULL,
    UNIQUE (product, name_key)
);

-- formula: JSON, what the setting is for whom in this environment. version: a new one with every change, by which a second writer is noticed.
CREATE TABLE setting_values (
    setting bigint NOT NULL REFERENCES config_settings ON DELETE CASCADE,
    environment uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
    formula text NOT NULL,
    version uuid NOT NULL,
    updater uuid,
    updated_at bigint NOT NULL,
    PRIMARY KEY (setting, environment)
);
CREATE INDEX setting_values_environment ON setting_values (environment);

-- What a formula rests on, so that what is used is not deleted; looked at when a change is complete, so that a product can go as a whole.
CREATE TABLE formula_uses (
    setting bigint NOT NULL,
    environment uuid NOT NULL,
    segment uuid REFERENCES segments DEFERRABLE INITIALLY DEFERRED,
    prerequisite bigint REFERENCES config_settings DEFERRABLE INITIALLY DEFERRED,
    variation uuid REFERENCES predefined_variations DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (setting, environment) REFERENCES setting_values (setting, environment) ON DELETE CASCADE
);
CREATE INDEX formula_uses_setting ON formula_uses (setting, environment);
CREATE INDEX formula_uses_segment ON formula_uses (segment);
CREATE INDEX formula_uses_prerequisite ON formula_uses (prerequisite);
CREATE INDEX formula_uses_variation ON formula_uses (variation);

-- One revision per config and environment, raised by every change of what is served: nodes notice by it what to build anew.
CREATE TABLE publications (
    config uuid NOT NULL REFERENCES configs ON DELETE CASCADE,
    environment uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
    revision bigint NOT NULL,
    published_at bigint NOT NULL,
    PRIMARY KEY (config, environment)
);

-- A key is shown again to those who may see it, so it is stored as it is; it opens one config in one environment, to be read. slot: 1 primary, 2 secondary.
CREATE TABLE sdk_keys (
    key text PRIMARY KEY,
    config uuid NOT NULL REFERENCES configs ON DELETE CASCADE,
    environment uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
    slot bigint NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint,
    UNIQUE (config, environment, slot)
);

-- Counted in memory and added up here now and then: requests by key, program and hour.
CREATE TABLE sdk_key_hours (
    key text NOT NULL REFERENCES sdk_keys ON DELETE CASCADE,
    hour bigint NOT NULL,
    agent text NOT NULL,
    requests bigint NOT NULL,
    PRIMARY KEY (key, hour, agent)
);

-- Invitations to a product, with a permission group.
ALTER TABLE invitations ADD COLUMN product uuid REFERENCES products ON DELETE CASCADE;
ALTER TABLE invitations ADD COLUMN permission_group bigint REFERENCES permission_groups DEFERRABLE INITIALLY DEFERRED;
-- Whether both sides were told that it ends soon.
ALTER TABLE invitations ADD COLUMN reminded boolean NOT NULL DEFAULT FALSE;
-- Once to a team, and once to each product.
CREATE UNIQUE INDEX invitations_to_team ON invitations (team, invitee_key) WHERE product IS NULL;
CREATE UNIQUE INDEX invitations_to_product ON invitations (product, invitee_key) WHERE product IS NOT NULL;
CREATE INDEX invitations_team ON invitations (team);
CREATE INDEX invitations_group ON invitations (permission_group);
