//! Products, and people in them.

use burgee::{
    audit::Way,
    authz::{Access, GROUP_PERMISSIONS, Mint, Permission},
    db::{Column, Reader, Target, Value},
    ids::{ConfigId, EnvironmentId, GroupId, ProductId, VersionId},
};

use super::{Client, Server, Team};

/// A product as the pages create it, with all groups it can start with.
pub struct Product {
    /// The product.
    pub id: String,
    /// Its team.
    pub team: String,
    /// The address of its pages.
    pub path: String,
    /// Its config.
    pub config: String,
    /// The environment that is blue.
    pub test: String,
    /// The environment that is red.
    pub production: String,
    /// Groups.
    pub administrators: i64,
    /// Groups.
    pub manager: i64,
    /// Groups.
    pub developer: i64,
}

impl Server {
    /// Reads the database.
    pub fn reader(&self) -> Reader {
        Mint::new(&self.app, Way::System).read()
    }

    /// One value from the database, which must be there.
    pub async fn value<C: Column>(&self, sql: &'static str, args: Vec<Value>) -> C {
        self.reader().value(sql, args).await.unwrap().unwrap_or_else(|| panic!("nothing: {sql}"))
    }

    /// A product that the team's owner creates on the page.
    pub async fn product(&self, team: &Team, name: &str) -> Product {
        let list = format!("/team/{}/products", team.slug);
        let fields = [("name", name), ("description", ""), ("product_manager", "on"), ("developer", "on")];
        let path = team.owner.form(&list, &fields).await.leads_to();
        let id = path.rsplit('/').next().unwrap().to_owned();
        let product: ProductId = id.parse().unwrap();
        let environment = async |name: &str| {
            let sql = "SELECT id FROM environments WHERE product = $1 AND name = $2";
            self.value::<EnvironmentId>(sql, vec![product.into(), name.into()]).await.to_string()
        };
        let group = async |name: &str| {
            let sql = "SELECT id FROM permission_groups WHERE product = $1 AND name = $2";
            self.value::<GroupId>(sql, vec![product.into(), name.into()]).await.0
        };
        Product {
            config: self.value::<ConfigId>("SELECT id FROM configs WHERE product = $1", vec![product.into()]).await.to_string(),
            test: environment("Test").await,
            production: environment("Production").await,
            administrators: group("Administrators").await,
            manager: group("Product Manager").await,
            developer: group("Developer").await,
            team: team.id.clone(),
            id,
            path,
        }
    }

    /// A flag that the team's owner creates on the page, off everywhere.
    pub async fn flag(&self, team: &Team, product: &Product, key: &str) -> i64 {
        let path = format!("{}/configs/{}/flags", product.path, product.config);
        team.owner.form(&path, &[("name", key), ("key", key), ("kind", "boolean")]).await.leads_to();
        let config: ConfigId = product.config.parse().unwrap();
        self.value("SELECT id FROM config_settings WHERE config = $1 AND key = $2", vec![config.into(), key.into()]).await
    }

    /// Switches a flag as the dashboard does.
    pub async fn flip(&self, who: &Client, product: &Product, flag: i64, environment: &str, on: bool) {
        let id: EnvironmentId = environment.parse().unwrap();
        let sql = "SELECT version FROM setting_values WHERE setting = $1 AND environment = $2";
        let version: VersionId = self.value(sql, vec![flag.into(), id.into()]).await;
        let flip = format!("{on}~{environment}~{version}");
        who.form(&format!("{}/configs/{}/flags/{flag}/switch", product.path, product.config), &[("flip", &flip)]).await.leads_to();
    }

    /// A setting with the same formula in both environments, put there behind the server's back.
    pub async fn setting(&self, product: &Product, key: &str, kind: i64, formula: &str) -> i64 {
        let last: i64 = self.value("SELECT COALESCE(MAX(id), 0) FROM config_settings", vec![]).await;
        let (id, config) = (last.max(1_000_000) + 1, self.literal(&product.config));
        self.sql(&format!(
            "INSERT INTO config_settings (id, config, key, name, hint, kind, is_json, position, creator, created_at) \
             VALUES ({id}, {config}, '{key}', '{key}', NULL, {kind}, FALSE, {id}, NULL, 0)"
        ))
        .await;
        for environment in [&product.test, &product.production] {
            self.formula(product, id, environment, formula).await;
        }
        id
    }

    /// Another formula for a setting, put there behind the server's back.
    pub async fn formula(&self, product: &Product, setting: i64, environment: &str, formula: &str) {
        let (config, environment) = (self.literal(&product.config), self.literal(environment));
        let (formula, version) = (formula.replace('\'', "''"), self.literal(&uuid::Uuid::new_v4().to_string()));
        self.sql(&format!(
            "INSERT INTO setting_values (setting, environment, formula, version, updater, updated_at) \
             VALUES ({setting}, {environment}, '{formula}', {version}, NULL, 0) \
             ON CONFLICT (setting, environment) DO UPDATE SET formula = excluded.formula, version = excluded.version"
        ))
        .await;
        let raise = "UPDATE publications SET revision = revision + 1, published_at = published_at + 1000";
        self.sql(&format!("{raise} WHERE config = {config} AND environment = {environment}")).await;
        self.app.bus.say(burgee::bus::Change::anything());
    }

    /// An id as the database writes it.
    pub fn literal(&self, id: &str) -> String {
        match &self.app.config.database {
            Target::Sqlite(_) => format!("x'{}'", id.replace('-', "")),
            Target::Postgres(_) => format!("'{id}'"),
        }
    }

    /// Puts somebody into a group of a product, as an accepted invitation does: a Guest of the team if they are not in it.
    pub async fn put_in(&self, product: &Product, group: i64, person: &Client) {
        let (team, person) = (self.literal(&product.team), self.literal(&person.id));
        self.sql(&format!("INSERT INTO members (team, person, role, joined_at) VALUES ({team}, {person}, 5, 0) ON CONFLICT DO NOTHING"))
            .await;
        let id = self.literal(&product.id);
        self.sql(&format!(
            "INSERT INTO product_members (product, person, team, permission_group, joined_at) VALUES ({id}, {person}, {team}, {group}, 0) \
             ON CONFLICT (product, person) DO UPDATE SET permission_group = excluded.permission_group"
        ))
        .await;
    }

    /// A group with these switches and a level for each environment that is named; no access to the others and to new ones.
    pub async fn group(&self, product: &Product, name: &str, switches: &[Permission], levels: &[(&str, Access)]) -> i64 {
        let bits: i64 =
            GROUP_PERMISSIONS.iter().enumerate().filter(|(_, one)| switches.contains(&one.permission)).map(|(at, _)| 1 << at).sum();
        let last: i64 = self.value("SELECT MAX(id) FROM permission_groups", vec![]).await;
        // Far from the numbers that the server gives.
        let (id, of) = (last.max(1_000_000) + 1, self.literal(&product.id));
        self.sql(&format!(
            "INSERT INTO permission_groups (id, product, name, name_key, switches, reach, new_environments, created_at, updated_at) \
             VALUES ({id}, {of}, '{name}', '{}', {bits}, 3, 0, 0, 0)",
            name.to_lowercase()
        ))
        .await;
        for (environment, access) in levels {
            let (environment, access) = (self.literal(environment), *access as i64);
            self.sql(&format!("INSERT INTO permission_group_environments VALUES ({id}, {environment}, {access})")).await;
        }
        id
    }

    /// Lets the value of a setting in an environment rest on a segment.
    pub async fn use_segment(&self, setting: i64, environment: &str, segment: &str) {
        let (environment, segment) = (self.literal(environment), self.literal(segment));
        self.sql(&format!("INSERT INTO formula_uses (setting, environment, segment) VALUES ({setting}, {environment}, {segment})")).await;
    }
}
