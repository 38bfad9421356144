//! Configs and their SDK keys.

use std::collections::{HashMap, HashSet};

use super::{Planner, product::Scope, settings::InConfig};
use crate::{
    authz::Kind,
    configs::{Config, permits::CreateConfig},
    error::Result,
    ids::{SegmentId, TagId},
    products::{EvaluationVersion, NewConfig, fresh_salt},
    sdk_keys::{Kept, RotateSdkKeys},
    serving::store::{PRIMARY, SECONDARY, mint},
    transfer::{
        document::{ConfigPart, ProductPart},
        formula::key,
        outcome::Thing,
    },
};

/// The longest salt.
const LONGEST_SALT: usize = 200;

impl Planner<'_> {
    /// The configs of a product with all that is in them.
    pub(super) fn configs(
        &mut self,
        part: &ProductPart,
        scope: &mut Scope<'_>,
        tags: &HashMap<String, TagId>,
        segments: HashMap<String, SegmentId>,
    ) -> Result<()> {
        let mut all: Vec<(Config, Option<(usize, &ConfigPart)>)> =
            scope.state.configs.iter().map(|config| (config.clone(), None)).collect();
        let mut seen = HashSet::new();
        let mut position = scope.state.configs.iter().map(|config| config.position + 1).max().unwrap_or(0);
        for (at, part) in part.configs.iter().enumerate() {
            let place = format!("{}.configs[{at}]", scope.place);
            let version = part.version.as_deref().unwrap_or(EvaluationVersion::V2.wire());
            let Some(new) = self.take(&place, NewConfig::parse(&part.name, part.description.as_deref(), version)) else { continue };
            if !self.is_first(&mut seen, new.name.key(), &place, "config of this product") {
                continue;
            }
            let by_id = all.iter().position(|(config, _)| Some(config.id) == part.id);
            let by_name = || all.iter().position(|(config, _)| key(&config.name) == new.name.key());
            if let Some(found) = by_id.or_else(by_name) {
                let config = &all[found].0;
                let here = format!("v{}", config.evaluation_version);
                let (name, description) = (config.name.clone(), config.description.clone().unwrap_or_default());
                self.same_name(&place, new.name.as_str(), &name);
                self.same(&place, "description", part.description.as_deref(), &description);
                self.same(&place, "version", part.version.as_deref().map(|_| new.version.wire()), &here);
                self.outcome.present(Thing::Config);
                all[found].1 = Some((at, part));
                continue;
            }
            self.needs::<CreateConfig>(scope, &place, "You may not create configs in this product.");
            let salt = part.salt.clone().unwrap_or_else(fresh_salt);
            if salt.len() > LONGEST_SALT || salt.chars().any(char::is_control) {
                self.wrong
                    .add(format!("{place}.salt"), format!("A salt has at most {LONGEST_SALT} characters, none of which is a control."));
            }
            let product = &scope.plan.product;
            let config = Config {
                id: self.ids.config(&format!("{place}.id"), part.id),
                product: product.id,
                product_name: product.name.clone(),
                team: product.team,
                team_slug: product.team_slug.clone(),
                name: new.name.to_string(),
                description: new.description.map(|text| text.to_string()),
                position,
                evaluation_version: new.version.stored(),
                salt,
            };
            position += 1;
            self.outcome.make(Thing::Config, &place, &config.name, &product.name);
            scope.plan.configs.push(config.clone());
            all.push((config, Some((at, part))));
        }
        let mut segments = Some(segments);
        for (config, part) in &all {
            let place = part.map(|(at, _)| format!("{}.configs[{at}]", scope.place)).unwrap_or_default();
            self.keys(part.map(|(_, part)| part), config, &place, scope);
            let known = segments.take().unwrap_or_default();
            let inside = InConfig { config, part: part.map(|(_, part)| part), place: &place, tags };
            segments = Some(self.settings(inside, known, scope)?);
        }
        Ok(())
    }

    /// The keys of a config: one in each environment where there is none, those of the document where it tells some.
    fn keys(&mut self, part: Option<&ConfigPart>, config: &Config, place: &str, scope: &mut Scope<'_>) {
        let is_new = !scope.state.configs.iter().any(|other| other.id == config.id);
        for environment in scope.environments.iter().filter(|one| is_new || scope.new_environments.contains(&one.id)) {
            scope.plan.pairs.push((config.id, environment.id));
        }
        let told = part.filter(|_| !self.options.new_keys);
        for (name, keys) in told.into_iter().flat_map(|part| &part.sdk_keys.0) {
            let Some(environment) = scope.environment(name).cloned() else {
                self.wrong.add(format!("{place}.sdkKeys.{name}"), "There is no such environment in this product.");
                continue;
            };
            if !self.importer.may::<RotateSdkKeys>(&scope.at(Kind::SdkKey).at(environment.id)) {
                self.forbid(format!("{place}.sdkKeys.{name}"), format!("You may not set the SDK keys of {}.", environment.name));
                continue;
            }
            for (slot, field, key) in [(PRIMARY, "primary", &keys.primary), (SECONDARY, "secondary", &keys.secondary)] {
                let Some(key) = key else { continue };
                let place = format!("{place}.sdkKeys.{name}.{field}");
                let there =
                    scope.state.keys.iter().find(|kept| (kept.config, kept.environment, kept.slot) == (config.id, environment.id, slot));
                if there.is_some_and(|there| there.key == *key) {
                    self.outcome.present(Thing::SdkKey);
                } else if !is_key(key) {
                    let message = "An SDK key is two parts of 22 letters, digits, - or _ with a slash between them, and may begin with configcat-sdk-1/.";
                    self.wrong.add(place, message);
                } else if there.is_some() {
                    self.outcome.conflict(place, "Here applications use another key.");
                } else if !self.keys_taken.insert(key.clone()) {
                    self.outcome.conflict(place, "This SDK key is in use already.");
                } else {
                    self.outcome.make(Thing::SdkKey, &place, &format!("{field} key in {}", environment.name), &config.name);
                    scope.plan.keys.push(Kept { key: key.clone(), config: config.id, environment: environment.id, slot });
                }
            }
        }
        let pairs: Vec<_> = scope.plan.pairs.iter().filter(|(of, _)| *of == config.id).copied().collect();
        for (of, environment) in pairs {
            let has = |kept: &Kept| (kept.config, kept.environment, kept.slot) == (of, environment, PRIMARY);
            if !scope.plan.keys.iter().any(has) {
                let key = mint(config.evaluation_version);
                scope.plan.keys.push(Kept { key, config: of, environment, slot: PRIMARY });
            }
        }
    }
}

/// Whether a text has the form of an SDK key: what can be guessed is none.
fn is_key(text: &str) -> bool {
    let bare = text.strip_prefix("configcat-sdk-1/").unwrap_or(text);
    let part = |part: &str| part.len() == 22 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    bare.split_once('/').is_some_and(|(first, second)| part(first) && part(second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_form_that_we_give_them() {
        assert!(is_key(&mint(1)) && is_key(&mint(2)));
        for bad in ["", "/", "a/b", "configcat-sdk-1/a/b", &format!("{}/x", mint(1)), &mint(1).replace('/', "."), &mint(2)[1..]] {
            assert!(!is_key(bad), "{bad}");
        }
    }
}
