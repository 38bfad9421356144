//! Products of the example: their flags by key, their environments by name, and values as people write them into the editor.

use std::collections::BTreeMap;

use super::scene::{Fields, Scene, fields};
use crate::{
    authz::{GROUP_PERMISSIONS, Heading},
    configs,
    error::{Error, Result},
    flags,
    ids::{ConfigId, EnvironmentId, ProductId, SettingId},
    permission_groups, products, segments, tags,
};

/// A product of the example.
pub struct Product {
    /// The product.
    pub id: ProductId,
    /// Its address.
    pub path: String,
    /// Its first config.
    pub config: ConfigId,
}

/// A flag that is to be.
#[derive(Default)]
pub struct New<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its name.
    pub name: &'a str,
    /// `boolean`, `string`, `json`, `int`, `double`.
    pub kind: &'a str,
    /// What it is for.
    pub hint: &'a str,
    /// Its tags.
    pub tags: &'a [&'a str],
    /// What it is at first, where it is not off, empty or zero.
    pub initial: &'a [(&'a str, &'a str)],
    /// Its predefined values: value, name, hint.
    pub variations: &'a [(&'a str, &'a str, &'a str)],
}

/// A condition.
pub enum If<'a> {
    /// Attribute, comparator, values.
    User(&'a str, &'a str, &'a str),
    /// In a segment.
    In(&'a str),
    /// Another flag is on.
    Flag(&'a str),
}

/// What is served.
pub enum Then<'a> {
    /// A value.
    Serve(&'a str),
    /// Shares of a hundred.
    Split(&'a [(u8, &'a str)]),
}

/// Rules, and what everybody else gets.
pub struct Value<'a>(pub &'a [(&'a [If<'a>], Then<'a>)], pub Then<'a>);

impl Product {
    /// Creates one on its page.
    pub async fn create(scene: &Scene, who: &str, name: &str, description: &str) -> Result<Self> {
        let form = fields(&[("name", name), ("description", description), ("product_manager", "on"), ("developer", "on")]);
        let path = scene.form(who, "/team/harbor-works/products", &form).await?;
        let id: ProductId = path.rsplit('/').next().and_then(|id| id.parse().ok()).ok_or_else(|| missing("product", name))?;
        let config = products::first_config(&scene.read(), id).await?.ok_or_else(|| missing("config of", name))?;
        Ok(Self { id, path, config })
    }

    /// The same product, with another of its configs in front.
    pub async fn with_config(&self, scene: &Scene, who: &str, name: &str, description: &str) -> Result<Self> {
        let form = fields(&[("name", name), ("description", description), ("evaluation_version", "v2")]);
        scene.form(who, &format!("{}/configs", self.path), &form).await?;
        let all = configs::all(&scene.read(), self.id).await?;
        let config = all.into_iter().find(|config| config.name == name).ok_or_else(|| missing("config", name))?;
        Ok(Self { id: self.id, path: self.path.clone(), config: config.id })
    }

    /// Where its flags are.
    pub fn flags(&self) -> String {
        format!("{}/configs/{}/flags", self.path, self.config)
    }

    /// Its environments, by name.
    pub async fn environments(&self, scene: &Scene) -> Result<BTreeMap<String, EnvironmentId>> {
        let all = products::environments_of(&scene.read(), self.id).await?;
        Ok(all.into_iter().map(|environment| (environment.name, environment.id)).collect())
    }

    async fn environment(&self, scene: &Scene, name: &str) -> Result<EnvironmentId> {
        self.environments(scene).await?.get(name).copied().ok_or_else(|| missing("environment", name))
    }

    async fn flag(&self, scene: &Scene, key: &str) -> Result<SettingId> {
        let all = flags::list(&scene.read(), self.config).await?;
        all.iter().find(|flag| flag.key == key).map(|flag| flag.id).ok_or_else(|| missing("flag", key))
    }

    async fn group(&self, scene: &Scene, name: &str) -> Result<crate::authz::Group> {
        let all = permission_groups::of_product(&scene.read(), self.id).await?;
        all.into_iter().find(|group| group.name == name).ok_or_else(|| missing("group", name))
    }

    /// Adds a flag.
    pub async fn add(&self, scene: &Scene, who: &str, new: New<'_>) -> Result<()> {
        let kind = if new.kind == "json" { "string" } else { new.kind };
        let mut form = fields(&[("name", new.name), ("key", new.key), ("kind", kind), ("hint", new.hint)]);
        if new.kind == "json" {
            form.push(("is_json".into(), "on".into()));
        }
        let known = tags::all(&scene.read(), self.id).await?;
        for name in new.tags {
            let tag = known.iter().find(|tag| tag.name == *name).ok_or_else(|| missing("tag", name))?;
            form.push(("tag".into(), tag.id.to_string()));
        }
        for (environment, value) in new.initial {
            let value = if *value == "true" { "on" } else { value };
            form.push((format!("initial_{}", self.environment(scene, environment).await?), value.into()));
        }
        for (n, (value, name, hint)) in new.variations.iter().enumerate() {
            for (field, text) in [("value", value), ("name", name), ("hint", hint)] {
                form.push((format!("variation.{n}.{field}"), (*text).into()));
            }
        }
        scene.form(who, &self.flags(), &form).await.map(|_| ())
    }

    /// Gives a flag the first place.
    pub async fn first(&self, scene: &Scene, who: &str, key: &str) -> Result<()> {
        let all = flags::list(&scene.read(), self.config).await?;
        let before = all.first().map(|flag| flag.id.to_string()).unwrap_or_default();
        let path = format!("{}/{}/move", self.flags(), self.flag(scene, key).await?);
        scene.form(who, &path, &fields(&[("before", &before)])).await.map(|_| ())
    }

    /// Switches a flag on the dashboard.
    pub async fn switch(&self, scene: &Scene, who: &str, key: &str, environment: &str, on: bool, note: &str) -> Result<()> {
        let (id, environment) = (self.flag(scene, key).await?, self.environment(scene, environment).await?);
        let value = flags::value(&scene.read(), id, environment).await?.ok_or_else(|| missing("value of", key))?;
        let flip = format!("{on}~{environment}~{}", value.version());
        scene.form(who, &format!("{}/{id}/switch", self.flags()), &fields(&[("flip", &flip), ("note", note)])).await.map(|_| ())
    }

    /// Saves the rules of a flag.
    pub async fn save(&self, scene: &Scene, who: &str, key: &str, environment: &str, value: &Value<'_>, note: &str) -> Result<()> {
        let (id, at) = (self.flag(scene, key).await?, self.environment(scene, environment).await?);
        let stored = flags::value(&scene.read(), id, at).await?.ok_or_else(|| missing("value of", key))?;
        let mut form = fields(&[("environment", &at.to_string()), ("version", &stored.version().to_string()), ("note", note)]);
        form.extend(self.written(scene, value).await?);
        scene.form(who, &format!("{}/{id}/value", self.flags()), &form).await.map(|_| ())
    }

    /// Rules as fields of the editor.
    async fn written(&self, scene: &Scene, Value(rules, otherwise): &Value<'_>) -> Result<Fields> {
        let known = segments::all(&scene.read(), self.id).await?;
        let mut form: Fields = vec![];
        let mut put = |name: String, value: &str| form.push((name, value.to_owned()));
        for (r, (conditions, then)) in rules.iter().enumerate() {
            put(format!("rule.{r}.from"), "");
            for (c, condition) in conditions.iter().enumerate() {
                let at = format!("rule.{r}.condition.{c}");
                match condition {
                    If::User(attribute, comparator, values) => {
                        put(format!("{at}.type"), "user");
                        put(format!("{at}.attribute"), attribute);
                        put(format!("{at}.comparator"), comparator);
                        put(format!("{at}.values"), values);
                    }
                    If::In(name) => {
                        let segment = known.iter().find(|segment| segment.name == *name).ok_or_else(|| missing("segment", name))?;
                        put(format!("{at}.type"), "segment");
                        put(format!("{at}.comparator"), "isIn");
                        put(format!("{at}.segment"), &segment.id.to_string());
                    }
                    If::Flag(key) => {
                        put(format!("{at}.type"), "flag");
                        put(format!("{at}.flag"), &self.flag(scene, key).await?.to_string());
                        put(format!("{at}.comparator"), "equals");
                        put(format!("{at}.value"), "true");
                    }
                }
            }
            match then {
                Then::Serve(value) => put(format!("rule.{r}.value"), value),
                Then::Split(shares) => put_shares(&mut put, &format!("rule.{r}.split"), shares),
            }
        }
        match otherwise {
            Then::Serve(value) => put("default".into(), value),
            Then::Split(shares) => {
                put_shares(&mut put, "split", shares);
                put("default".into(), shares.last().map_or("", |share| share.1));
            }
        }
        Ok(form)
    }

    /// Says what a group may do: what the product is made of, these switches, and a level for each environment.
    pub async fn set_group(&self, scene: &Scene, name: &str, switches: &[&str], levels: &[(&str, &str)]) -> Result<()> {
        let group = self.group(scene, name).await?;
        let mut form = fields(&[("name", name), ("new_environments", "none")]);
        let resources = name == "Developer";
        for one in GROUP_PERMISSIONS {
            if switches.contains(&one.wire) || resources && one.heading == Heading::ManageResources {
                form.push((one.wire.into(), "on".into()));
            }
        }
        for (environment, level) in levels {
            form.push((format!("env_{}", self.environment(scene, environment).await?), (*level).into()));
        }
        scene.form("dana", &format!("{}/groups/{}", self.path, group.id), &form).await.map(|_| ())
    }

    /// Invites people to a group.
    pub async fn invite(&self, scene: &Scene, by: &str, people: &str, group: &str) -> Result<()> {
        let group = self.group(scene, group).await?.id;
        let body = serde_json::json!({ "user": people, "permissionGroupId": group });
        scene.post(by, &format!("/api/v1/products/{}/invitations", self.id), body).await.map(|_| ())
    }
}

fn put_shares(put: &mut impl FnMut(String, &str), at: &str, shares: &[(u8, &str)]) {
    for (n, (percent, value)) in shares.iter().enumerate() {
        put(format!("{at}.{n}.percent"), &percent.to_string());
        put(format!("{at}.{n}.value"), value);
    }
}

fn missing(what: &str, name: &str) -> Error {
    Error::internal(format!("the example has no {what} {name}"))
}
