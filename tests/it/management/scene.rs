//! A product with a config of each generation, and what tests of settings and values do with it.

use burgee::{
    authz::{Access, Permission},
    ids::{ConfigId, EnvironmentId},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Product, Server, Team};

/// A product with a config of each generation.
pub struct Scene {
    pub server: Server,
    pub team: Team,
    pub product: Product,
    /// The config of the first generation.
    pub v1: String,
    /// The config of the second generation.
    pub v2: String,
}

pub async fn scene(server: Server) -> Scene {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let config = async |version: &str| {
        let new = json!({ "name": format!("Config {version}"), "evaluationVersion": version });
        let made = team.owner.post(&format!("/v1/products/{}/configs", product.id), new).await.ok();
        made["configId"].as_str().unwrap().to_owned()
    };
    let (v1, v2) = (config("v1").await, config("v2").await);
    Scene { server, team, product, v1, v2 }
}

impl Scene {
    pub fn owner(&self) -> &Client {
        &self.team.owner
    }

    /// Creates a setting, as programs do.
    pub async fn add(&self, config: &str, key: &str, kind: &str) -> i64 {
        add(self.owner(), config, key, kind).await
    }

    /// Creates a tag.
    pub async fn tag(&self, name: &str) -> i64 {
        let made = self.owner().post(&format!("/v1/products/{}/tags", self.product.id), json!({ "name": name })).await.ok();
        made["tagId"].as_i64().unwrap()
    }

    /// Creates a segment.
    pub async fn segment(&self, name: &str) -> String {
        let new = json!({ "name": name, "comparisonAttribute": "Email", "comparator": "contains", "comparisonValue": "@example.com" });
        let made = self.owner().post(&format!("/v1/products/{}/segments", self.product.id), new).await.ok();
        made["segmentId"].as_str().unwrap().to_owned()
    }

    /// Somebody who may do that in the product, and has these levels of access to environments.
    pub async fn colleague(&self, name: &str, switches: &[Permission], levels: &[(&str, Access)]) -> Client {
        let person = self.server.person(name).await;
        let group = self.server.group(&self.product, name, switches, levels).await;
        self.server.put_in(&self.product, group, &person).await;
        person
    }

    /// The primary SDK key of a config in an environment.
    pub async fn sdk_key(&self, config: &str, environment: &str) -> String {
        let (config, environment): (ConfigId, EnvironmentId) = (config.parse().unwrap(), environment.parse().unwrap());
        let sql = "SELECT key FROM sdk_keys WHERE config = $1 AND environment = $2 AND slot = 1";
        self.server.value(sql, vec![config.into(), environment.into()]).await
    }

    /// Every change of a value in the product needs a reason from now on.
    pub async fn require_reasons(&self) {
        let path = format!("/v1/products/{}/preferences", self.product.id);
        self.owner().post(&path, json!({ "reasonRequired": true })).await.ok();
    }
}

/// Creates a setting, as programs of this person do.
pub async fn add(who: &Client, config: &str, key: &str, kind: &str) -> i64 {
    let new = json!({ "key": key, "name": key, "settingType": kind });
    who.post(&format!("/v1/configs/{config}/settings"), new).await.ok()["settingId"].as_i64().unwrap()
}

/// `PATCH` with JSON.
pub async fn patch(who: &Client, path: &str, operations: Value) -> Answer {
    who.send(Method::PATCH, path, |request| request.json(&operations)).await
}

/// The names of an object’s members, sorted.
#[track_caller]
pub fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().unwrap_or_else(|| panic!("no object: {object}")).keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// The fields of a refusal, with the first message of each.
#[track_caller]
pub fn mistakes(answer: Answer) -> Vec<(String, String)> {
    let body = answer.refused(400);
    let fields = body.as_object().unwrap_or_else(|| panic!("no mistakes: {body}"));
    fields.iter().map(|(field, messages)| (field.clone(), messages[0].as_str().unwrap().to_owned())).collect()
}

/// That an answer refuses this field with these words.
#[track_caller]
pub fn refused_at(answer: Answer, field: &str, words: &str) {
    let asked = answer.asked.clone();
    let mistakes = mistakes(answer);
    assert!(mistakes.iter().any(|(at, message)| at == field && message.contains(words)), "{asked}: {mistakes:?} has no {field}: {words}");
}
