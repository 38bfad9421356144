//! Flags, settings and their values: what is saved, what is refused and why, who may see and change what.

mod access;
mod adding;
mod editor;
mod marker;
mod values;

use burgee::{
    authz::{Access, Permission},
    ids::{ConfigId, EnvironmentId, SettingId},
};
use serde_json::Value;

use crate::support::{Answer, Client, Product, Server, Team};

/// A product with its first config, and what tests do with it.
struct Scene {
    server: Server,
    team: Team,
    product: Product,
    /// The address of the config's pages.
    path: String,
}

async fn scene(server: Server) -> Scene {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let path = format!("{}/configs/{}", product.path, product.config);
    Scene { server, team, product, path }
}

impl Scene {
    fn owner(&self) -> &Client {
        &self.team.owner
    }

    /// Adds a setting on the page.
    async fn add(&self, key: &str, kind: &str) -> i64 {
        let added = self.owner().form(&format!("{}/flags", self.path), &[("name", key), ("key", key), ("kind", kind)]).await;
        assert_eq!(added.leads_to(), self.path);
        self.setting(key).await
    }

    async fn setting(&self, key: &str) -> i64 {
        let config: ConfigId = self.product.config.parse().unwrap();
        let sql = "SELECT id FROM config_settings WHERE config = $1 AND key = $2";
        self.server.value::<SettingId>(sql, vec![config.into(), key.into()]).await.0
    }

    async fn settings(&self) -> i64 {
        let config: ConfigId = self.product.config.parse().unwrap();
        self.server.value("SELECT count(*) FROM config_settings WHERE config = $1", vec![config.into()]).await
    }

    fn flag(&self, id: i64) -> String {
        format!("{}/flags/{id}", self.path)
    }

    /// What is stored of a value.
    async fn stored(&self, id: i64, environment: &str) -> (Value, String) {
        let environment: EnvironmentId = environment.parse().unwrap();
        let args = || vec![SettingId(id).into(), environment.into()];
        let formula: String = self.server.value("SELECT formula FROM setting_values WHERE setting = $1 AND environment = $2", args()).await;
        let sql = "SELECT version FROM setting_values WHERE setting = $1 AND environment = $2";
        let version: burgee::ids::VersionId = self.server.value(sql, args()).await;
        (serde_json::from_str(&formula).unwrap(), version.to_string())
    }

    async fn revision(&self, environment: &str) -> i64 {
        let config: ConfigId = self.product.config.parse().unwrap();
        let environment: EnvironmentId = environment.parse().unwrap();
        let sql = "SELECT revision FROM publications WHERE config = $1 AND environment = $2";
        self.server.value(sql, vec![config.into(), environment.into()]).await
    }

    /// Saves the editor as it would be sent.
    async fn save(&self, who: &Client, id: i64, environment: &str, fields: &[(&str, &str)]) -> Answer {
        let (_, version) = self.stored(id, environment).await;
        self.save_over(who, id, environment, &version, fields).await
    }

    async fn save_over(&self, who: &Client, id: i64, environment: &str, version: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("environment", environment), ("version", version)];
        all.extend(fields);
        who.form(&format!("{}/value", self.flag(id)), &all).await
    }

    async fn flip(&self, who: &Client, id: i64, environment: &str, on: bool, more: &[(&str, &str)]) -> Answer {
        let (_, version) = self.stored(id, environment).await;
        let flip = format!("{on}~{environment}~{version}");
        let mut all = vec![("flip", flip.as_str())];
        all.extend(more);
        who.form(&format!("{}/switch", self.flag(id)), &all).await
    }

    /// Somebody in a group of their own.
    async fn person(&self, name: &str, switches: &[Permission], levels: &[(&str, Access)]) -> Client {
        let person = self.server.person(name).await;
        let group = self.server.group(&self.product, name, switches, levels).await;
        self.server.put_in(&self.product, group, &person).await;
        person
    }

    /// The SDK key with which applications read an environment.
    async fn primary_key(&self, environment: &str) -> String {
        let keys = format!("/api/v1/products/{}/configs/{}/environments/{environment}/sdk-keys", self.product.id, self.product.config);
        self.owner().get(&keys).await.ok()["primary"]["key"].as_str().unwrap().to_owned()
    }

    fn api(&self, id: i64, environment: &str, what: &str) -> String {
        let (product, config) = (&self.product.id, &self.product.config);
        format!("/api/v1/products/{product}/configs/{config}/settings/{id}/environments/{environment}/{what}")
    }
}

/// That a page says what is wrong, beside a field.
#[track_caller]
fn says(answer: Answer, status: u16, what: &str) {
    let text = answer.text.replace("&#39;", "'").replace("&#34;", "\"").replace("&#62;", ">").replace("&#60;", "<");
    assert_eq!(answer.status.as_u16(), status, "{}: {text}", answer.asked);
    assert!(text.contains(what), "{} does not say “{what}”:\n{text}", answer.asked);
}

const OFF: &[(&str, &str)] = &[("default", "false")];
const ON: &[(&str, &str)] = &[("default", "true")];
