//! The queries about products.

use super::{EnvironmentBrief, Product, ProductMember};
use crate::{
    audit::event::Who,
    authz::{Access, GrantWriter, Reach, Switches},
    clock::Time,
    db::{Reader, Writer, args, containing, record},
    error::Result,
    ids::{ConfigId, EnvironmentId, PersonId, ProductId, TeamId},
    text::{Name, Prose},
};

/// A product.
pub async fn one(db: &Reader, product: ProductId) -> Result<Option<Product>> {
    let sql = "SELECT p.id, p.team, t.name AS team_name, t.slug AS team_slug, p.name, p.description, p.position, p.key_style, \
               p.show_variation_id, p.hint_mandatory, p.note_required, p.default_group, p.created_at \
               FROM products p JOIN teams t ON t.id = p.team WHERE p.id = $1";
    db.one(sql, args![product]).await
}

/// The products that somebody is in: all of the teams that they own, and those in which they have a group.
pub async fn of_person(db: &Reader, person: PersonId) -> Result<Vec<Product>> {
    let sql = "SELECT p.id, p.team, t.name AS team_name, t.slug AS team_slug, p.name, p.description, p.position, p.key_style, \
               p.show_variation_id, p.hint_mandatory, p.note_required, p.default_group, p.created_at \
               FROM members m JOIN teams t ON t.id = m.team JOIN products p ON p.team = t.id WHERE m.person = $1 AND (m.role = 50 OR EXISTS \
               (SELECT 1 FROM product_members pm WHERE pm.product = p.id AND pm.person = m.person)) \
               ORDER BY t.name_key, t.id, p.position, p.id LIMIT 1000";
    db.all(sql, args![person]).await
}

/// The products of a team, in their order.
pub async fn of_team(db: &Reader, team: TeamId) -> Result<Vec<Product>> {
    let sql = "SELECT p.id, p.team, t.name AS team_name, t.slug AS team_slug, p.name, p.description, p.position, p.key_style, \
               p.show_variation_id, p.hint_mandatory, p.note_required, p.default_group, p.created_at \
               FROM products p JOIN teams t ON t.id = p.team WHERE p.team = $1 ORDER BY p.position, p.id LIMIT 10000";
    db.all(sql, args![team]).await
}

/// Which of these ids are taken.
pub async fn taken(db: &Reader, ids: &[ProductId]) -> Result<Vec<ProductId>> {
    db.among("SELECT id FROM products WHERE id IN", ids.iter().map(|id| (*id).into()).collect()).await
}

/// Keeps products as they are given, with nothing in them.
pub async fn put_all(tx: &GrantWriter<'_>, products: &[Product]) -> Result<()> {
    let row = |one: &Product| {
        let Product { id, team, name, description, position, key_style, .. } = one.clone();
        let Product { show_variation_id, hint_mandatory, note_required, default_group, created_at, .. } = one;
        let switches = args![*show_variation_id, *hint_mandatory, *note_required, *default_group, *created_at, *created_at];
        args![id, team, name, description, position, key_style].into_iter().chain(switches).collect()
    };
    let into = "INSERT INTO products (id, team, name, description, position, key_style, show_variation_id, hint_mandatory, note_required, \
                default_group, created_at, updated_at)";
    tx.put(into, products.iter().map(row).collect()).await
}

/// The environments of a product, in their order.
pub async fn environments_of(db: &Reader, product: ProductId) -> Result<Vec<EnvironmentBrief>> {
    let sql = "SELECT id, name, color, note_required FROM environments WHERE product = $1 ORDER BY position, name_key LIMIT 1000";
    db.all(sql, args![product]).await
}

/// A person's place in a product.
pub async fn member(db: &Reader, product: ProductId, person: PersonId) -> Result<Option<ProductMember>> {
    let sql = "SELECT pm.product, p.name AS product_name, p.team, t.slug AS team_slug, pm.person, a.username, a.name, \
               a.service_of IS NOT NULL AS service, m.role, \
               pm.permission_group AS \"group\", g.name AS group_name, pm.joined_at \
               FROM product_members pm JOIN products p ON p.id = pm.product JOIN teams t ON t.id = p.team \
               JOIN members m ON m.team = p.team AND m.person = pm.person JOIN people a ON a.id = pm.person \
               JOIN permission_groups g ON g.id = pm.permission_group WHERE pm.product = $1 AND pm.person = $2";
    db.one(sql, args![product, person]).await
}

record! {
    /// A product in the list, with the group that the reader has in it.
    #[derive(Clone, Debug)]
    pub struct Listed {
        /// The product.
        pub id: ProductId,
        /// Its name.
        pub name: String,
        /// What it is.
        pub description: Option<String>,
        /// How many flags and settings it has.
        pub flags: i64,
        /// How many people have a group in it.
        pub people: i64,
        /// The reader's group.
        pub group_name: Option<String>,
        /// The group's switches.
        pub switches: Option<Switches>,
        /// The group's reach.
        pub reach: Option<Reach>,
    }
}

/// The products of a team in their order: all of them, or those in which the person has a group.
pub async fn list(db: &Reader, team: TeamId, person: PersonId, all: bool, search: &str) -> Result<Vec<Listed>> {
    let sql = "SELECT p.id, p.name, p.description, \
               (SELECT count(*) FROM config_settings s JOIN configs c ON c.id = s.config WHERE c.product = p.id) AS flags, \
               (SELECT count(*) FROM product_members o JOIN members n ON n.team = o.team AND n.person = o.person \
                WHERE o.product = p.id AND n.role < 50) AS people, \
               g.name AS group_name, g.switches, g.reach \
               FROM products p LEFT JOIN product_members pm ON pm.product = p.id AND pm.person = $2 \
               LEFT JOIN permission_groups g ON g.id = pm.permission_group \
               WHERE p.team = $1 AND ($3 OR pm.person IS NOT NULL) \
               AND ($4 = '' OR lower(p.name) LIKE $5 ESCAPE '\\' OR lower(COALESCE(p.description, '')) LIKE $5 ESCAPE '\\') \
               ORDER BY p.position, p.id LIMIT 1000";
    db.all(sql, args![team, person, all, search.trim(), containing(search)]).await
}

record! {
    /// An environment of one of a team's products, with the level that the reader's group gives for it.
    #[derive(Clone, Debug)]
    pub struct Reached {
        /// The product.
        pub product: ProductId,
        /// The environment.
        pub id: EnvironmentId,
        /// Its name.
        pub name: String,
        /// Its colour.
        pub color: Option<String>,
        /// The level, where the group has one for each environment.
        pub access: Option<Access>,
    }
}

/// The environments of all products of a team.
pub(super) async fn reached(db: &Reader, team: TeamId, person: PersonId) -> Result<Vec<Reached>> {
    let sql = "SELECT e.product, e.id, e.name, e.color, l.access FROM products p JOIN environments e ON e.product = p.id \
               LEFT JOIN product_members pm ON pm.product = p.id AND pm.person = $2 \
               LEFT JOIN permission_group_environments l ON l.permission_group = pm.permission_group AND l.environment = e.id \
               WHERE p.team = $1 ORDER BY p.position, p.id, e.position, e.name_key LIMIT 10000";
    db.all(sql, args![team, person]).await
}

/// How many people own a team.
pub async fn owners(db: &Reader, team: TeamId) -> Result<u64> {
    db.count("SELECT count(*) FROM members WHERE team = $1 AND role = 50", args![team]).await
}

/// The first config of a product.
pub async fn first_config(db: &Reader, product: ProductId) -> Result<Option<ConfigId>> {
    db.value("SELECT id FROM configs WHERE product = $1 ORDER BY position, name_key LIMIT 1", args![product]).await
}

record! {
    /// What a product holds.
    pub struct Holds { pub flags: i64, pub configs: i64, pub keys: i64, pub people: i64, pub guests: i64, pub invitations: i64 }
}

/// What ends with a product.
pub(super) async fn holds(db: &Reader, product: ProductId) -> Result<Holds> {
    let sql = "SELECT (SELECT count(*) FROM config_settings s JOIN configs c ON c.id = s.config WHERE c.product = $1) AS flags, \
               (SELECT count(*) FROM configs WHERE product = $1) AS configs, \
               (SELECT count(*) FROM sdk_keys k JOIN configs c ON c.id = k.config WHERE c.product = $1) AS keys, \
               (SELECT count(*) FROM product_members WHERE product = $1) AS people, \
               (SELECT count(*) FROM product_members pm JOIN members m ON m.team = pm.team AND m.person = pm.person \
                JOIN people p ON p.id = pm.person WHERE pm.product = $1 AND m.role = 5 AND p.service_of IS NULL AND NOT EXISTS (SELECT 1 FROM product_members o \
                WHERE o.team = pm.team AND o.person = pm.person AND o.product <> pm.product)) AS guests, \
               (SELECT count(*) FROM invitations WHERE product = $1) AS invitations";
    let nothing = Holds { flags: 0, configs: 0, keys: 0, people: 0, guests: 0, invitations: 0 };
    Ok(db.one(sql, args![product]).await?.unwrap_or(nothing))
}

/// A product that is to be kept.
pub(super) struct Row<'a> {
    pub id: ProductId,
    pub team: TeamId,
    pub name: &'a Name,
    pub description: Option<&'a Prose>,
    pub position: Option<i64>,
}

pub(super) async fn insert(tx: &Writer, row: Row<'_>, now: Time) -> Result<()> {
    let position = match row.position {
        Some(position) => position,
        None => tx.value("SELECT COALESCE(MAX(position), -1) + 1 FROM products WHERE team = $1", args![row.team]).await?.unwrap_or(0),
    };
    let sql = "INSERT INTO products (id, team, name, description, position, key_style, show_variation_id, hint_mandatory, note_required, \
               default_group, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, 'camelCase', FALSE, FALSE, FALSE, NULL, $6, $6)";
    tx.run(sql, args![row.id, row.team, row.name, row.description.map(ToString::to_string), position, now]).await.map(|_| ())
}

/// Keeps a changed product.
pub(super) async fn update(tx: &Writer, product: &Product, now: Time) -> Result<()> {
    let sql = "UPDATE products SET name = $2, description = $3, position = $4, key_style = $5, show_variation_id = $6, hint_mandatory = $7, \
               note_required = $8, updated_at = $9 WHERE id = $1";
    let Product { id, name, description, position, key_style, show_variation_id, hint_mandatory, note_required, .. } = product.clone();
    tx.run(sql, args![id, name, description, position, key_style, show_variation_id, hint_mandatory, note_required, now]).await.map(|_| ())
}

pub(super) async fn require_note(tx: &Writer, environment: EnvironmentId, required: bool) -> Result<()> {
    tx.run("UPDATE environments SET note_required = $2 WHERE id = $1", args![environment, required]).await.map(|_| ())
}

/// The products of a team in their order, held until the transaction ends.
pub(super) async fn ordered(tx: &Writer, team: TeamId) -> Result<Vec<ProductId>> {
    let sql = tx.locking("SELECT id FROM products WHERE team = $1 ORDER BY position, id LIMIT 1000", "FOR UPDATE");
    Ok(tx.all::<Id>(sql, args![team]).await?.into_iter().map(|row| row.id).collect())
}

record! {
    struct Id { id: ProductId }
}

pub(super) async fn place(tx: &Writer, product: ProductId, position: i64) -> Result<()> {
    tx.run("UPDATE products SET position = $2 WHERE id = $1", args![product, position]).await.map(|_| ())
}

/// Ends a product and everything in it.
pub(super) async fn delete(tx: &GrantWriter<'_>, product: ProductId) -> Result<()> {
    tx.run("DELETE FROM products WHERE id = $1", args![product]).await.map(|_| ())
}

record! {
    /// A Guest who is in no product of the team.
    struct Left { person: PersonId, username: String, name: String }
}

/// Takes Guests who are in no product any more out of the team, and says who they were. Service accounts stay: they are the team's.
pub async fn let_guests_go(tx: &GrantWriter<'_>, team: TeamId) -> Result<Vec<Who>> {
    let sql = "SELECT m.person, p.username, p.name FROM members m JOIN people p ON p.id = m.person WHERE m.team = $1 AND m.role = 5 \
               AND p.service_of IS NULL AND NOT EXISTS (SELECT 1 FROM product_members pm WHERE pm.team = m.team AND pm.person = m.person) \
               ORDER BY m.person LIMIT 10000";
    let gone: Vec<Left> = tx.all(sql, args![team]).await?;
    for Left { person, .. } in &gone {
        tx.run("DELETE FROM members WHERE team = $1 AND person = $2", args![team, *person]).await?;
        tx.run("UPDATE people SET default_team = NULL WHERE id = $1 AND default_team = $2", args![*person, team]).await?;
    }
    Ok(gone.into_iter().map(|Left { person, username, name }| Who { id: person, username, name }).collect())
}
