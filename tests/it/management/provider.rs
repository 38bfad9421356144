//! ConfigCat’s Terraform provider, as far as the server can see it.

use reqwest::Method;
use serde_json::Value;

use super::scene::Scene;
use crate::support::{Answer, Client};

/// The provider, with the credential of an owner.
pub struct Provider {
    http: Client,
}

/// A resource, from its creation to a change.
pub struct Life<'a> {
    /// Where it is created.
    pub new: &'a str,
    /// Where all of its kind are listed.
    pub all: &'a str,
    /// Where things of its kind are.
    pub below: &'a str,
    /// The member that is its id.
    pub id: &'a str,
    /// What it is to be.
    pub wanted: Value,
    /// What it is to be then.
    pub then: Value,
}

impl Provider {
    pub async fn of(scene: &Scene) -> Self {
        Self { http: scene.server.token(scene.owner(), false).await }
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let with = |request: reqwest::RequestBuilder| {
            let request = request.header("user-agent", "terraform-provider-configcat/5.1.0");
            body.into_iter().fold(request, |request, body| request.json(body))
        };
        self.http.send(method, path, with).await
    }

    pub async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await.ok()
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(&body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Value {
        self.send(Method::PUT, path, Some(body)).await.ok()
    }

    pub async fn patch(&self, path: &str, operations: Value) -> Value {
        self.send(Method::PATCH, path, Some(&operations)).await.ok()
    }

    /// Creates a resource, reads it, changes it, reads it, and finds it in the list. Says where it is.
    pub async fn lives(&self, life: Life<'_>) -> String {
        let (path, made) = self.creates(&life).await;
        let changed = self.put(&path, &life.then).await;
        self.finds(&life, &path, &changed).await;
        shows(&life.then, &changed, "");
        assert_eq!(made[life.id], changed[life.id]);
        path
    }

    pub async fn creates(&self, life: &Life<'_>) -> (String, Value) {
        let made = self.post(life.new, life.wanted.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let made = made.ok();
        shows(&life.wanted, &made, "");
        let id = made[life.id].as_str().map_or_else(|| made[life.id].to_string(), str::to_owned);
        let path = format!("{}/{id}", life.below);
        self.finds(life, &path, &made).await;
        (path, made)
    }

    /// What was answered is what is read before the next plan, by the id alone as an import has it, and what the list tells.
    pub async fn finds(&self, life: &Life<'_>, path: &str, answered: &Value) {
        assert_eq!(self.get(path).await, *answered);
        let all = self.get(life.all).await;
        let list = all.as_array().or_else(|| all["integrations"].as_array()).unwrap_or_else(|| panic!("no list: {all}"));
        let listed = list.iter().find(|one| one[life.id] == answered[life.id]).unwrap_or_else(|| panic!("not listed: {path}"));
        for (name, value) in answered.as_object().unwrap() {
            assert!(listed.get(name).is_none_or(|listed| listed == value), "{path}: {name} is listed as {}", listed[name]);
        }
    }

    /// Deletes it. What is gone is told as such, so that it leaves the state.
    pub async fn ends(&self, path: &str) {
        let gone = self.send(Method::DELETE, path, None).await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""), "{path}");
        self.send(Method::GET, path, None).await.refused(404);
        self.send(Method::DELETE, path, None).await.refused(404);
    }
}

/// That an answer shows all that was wanted, as it was wanted.
#[track_caller]
pub fn shows(wanted: &Value, told: &Value, place: &str) {
    match (wanted, told) {
        (Value::Object(members), Value::Object(_)) => {
            members.iter().for_each(|(name, wanted)| shows(wanted, &told[name], &format!("{place}/{name}")));
        }
        (Value::Array(wanted), Value::Array(told)) if wanted.len() == told.len() => {
            wanted.iter().zip(told).enumerate().for_each(|(at, (wanted, told))| shows(wanted, told, &format!("{place}/{at}")));
        }
        (Value::Number(wanted), Value::Number(told)) => assert_eq!(wanted.as_f64(), told.as_f64(), "{place}"),
        _ => assert_eq!(wanted, told, "{place}"),
    }
}
