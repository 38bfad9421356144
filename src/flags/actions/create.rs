//! Creating settings.

use flag_eval::model::{Kind, Value};

use super::{
    NewVariation,
    setting::{raise_all, tags},
    variations,
};
use crate::{
    audit::{
        Event,
        product_event::{EnvironmentRef, ProductEvent, SettingRef, ValueRef},
    },
    authz::{Access, Authorized, Permit, Resource as _, Tx},
    configs::Config,
    error::{Error, Fields, Result},
    flags::{
        Formula, SettingKey, around,
        formula::{Around, Limit, Variation, check, check_value, empty_value},
        permits::{CreateSetting, TagSettings},
        store,
        value_store::{self, Stored},
    },
    ids::{EnvironmentId, SettingId, TagId, VersionId},
    products::{self, EnvironmentBrief},
    text::{Name, Prose},
};

/// A setting to be.
#[derive(Clone, Debug)]
pub struct NewSetting {
    /// Its name.
    pub name: Name,
    /// What programs will ask for.
    pub key: SettingKey,
    /// What its values are.
    pub kind: Kind,
    /// Whether its texts must be JSON.
    pub is_json: bool,
    /// What it is for.
    pub hint: Option<Prose>,
    /// Its tags.
    pub tags: Vec<TagId>,
    /// The values that it can have; none: any of its kind.
    pub variations: Vec<NewVariation>,
    /// What it is at first, where it is not the empty value of its kind.
    pub initial: Vec<Initial>,
    /// The setting of the same config whose values it has at first, and whose tags if it is given none.
    pub like: Option<SettingId>,
    /// Its place; the end of the config if not said.
    pub position: Option<i64>,
}

/// What a setting is at first in an environment.
#[derive(Clone, Debug)]
pub struct Initial {
    /// Where.
    pub environment: EnvironmentId,
    /// The value.
    pub value: Value,
}

/// The key is taken.
const KEY_TAKEN: &str = "This key is already in use. Please, choose another one.";

/// Creates a setting with its values in all environments.
///
/// Where nothing else is said, it has the empty value of its kind: off, no text, zero; or the first of its predefined variations.
pub async fn create(may: &Authorized<CreateSetting>, new: &NewSetting) -> Result<SettingId> {
    let creator = may.person().map(|actor| actor.person);
    let made = may.change(async |tx| {
        let config = tx.on();
        let product = products::one(&tx, config.product).await?.ok_or(Error::NotFound)?;
        store::lock_order(&tx, config.id).await?;
        let mut fields = Fields::default();
        if store::has_key(&tx, config.id, new.key.as_str()).await? {
            fields.add("key", KEY_TAKEN);
        }
        if product.hint_mandatory && new.hint.as_ref().is_none_or(|hint| hint.as_str().trim().is_empty()) {
            fields.add("hint", "This product wants a hint for every flag and setting.");
        }
        if new.is_json && new.kind != Kind::Text {
            fields.add("is_json", "Only texts can be JSON.");
        }
        let variations = variations::check_new(new.kind, new.is_json, &new.variations, &mut fields);
        let environments: Vec<EnvironmentBrief> = products::environments_of(&tx, config.product)
            .await?
            .into_iter()
            .map(|environment| EnvironmentBrief { note_required: environment.note_required || product.note_required, ..environment })
            .collect();
        let first = First { tx: &tx, new, environments: &environments, variations: &variations };
        let (formulas, inherited) = match new.like {
            Some(like) => first.alike(config, like, &mut fields).await?,
            None => (first.said(&mut fields)?, vec![]),
        };
        let wanted = if new.tags.is_empty() { &inherited } else { &new.tags };
        let tags = tags(&tx, config.product, wanted, &mut fields).await?;
        if store::count(&tx, config.id).await? >= Limit::SETTINGS {
            fields.add("", format!("A config has at most {} flags and settings.", Limit::SETTINGS));
        }
        if !fields.0.is_empty() {
            return Err(fields.into());
        }
        if !tags.is_empty() {
            tx.also::<TagSettings>(&config.key()).await?;
        }
        let id = SettingId(tx.number("setting").await?);
        let row = store::New {
            id,
            config: config.id,
            key: new.key.as_str(),
            name: new.name.as_str(),
            hint: new.hint.as_ref().map(Prose::as_str),
            kind: new.kind,
            is_json: new.is_json,
            position: new.position,
            creator,
        };
        store::insert(&tx, row, tx.now()).await?;
        variations::insert(&tx, id, &variations).await?;
        let picked: Vec<TagId> = tags.iter().map(|tag| tag.id).collect();
        value_store::set_tags(&tx, id, &picked).await?;
        let mut remembered = vec![];
        for (environment, formula) in formulas {
            let version = VersionId::new();
            let at = Stored { setting: id, environment: environment.id, version, updater: creator, variations: &variations };
            value_store::put_value(&tx, at, &formula, tx.now()).await?;
            remembered.push(ValueRef { environment, formula: formula.remember()? });
        }
        raise_all(&tx, config.id, remembered.iter().map(|value| value.environment.id)).await?;
        let setting = SettingRef { id, key: new.key.as_str().into(), name: new.name.to_string(), config: config.reference() };
        let event = ProductEvent::SettingCreated { at: config.at(), setting, kind: new.kind.to_string(), values: remembered };
        Ok((id, Event::from(event)))
    });
    made.await.map_err(|error| match error {
        Error::Conflict { code: "taken", .. } => Error::field("key", KEY_TAKEN),
        other => other,
    })
}

/// What a new setting is in each environment.
struct First<'a, P: Permit> {
    tx: &'a Tx<P>,
    new: &'a NewSetting,
    environments: &'a [EnvironmentBrief],
    variations: &'a [Variation],
}

fn place(known: &EnvironmentBrief) -> EnvironmentRef {
    EnvironmentRef { id: known.id, name: known.name.clone(), color: known.color.clone() }
}

impl<P: Permit> First<'_, P> {
    /// What was said, and the empty value everywhere else.
    fn said(&self, fields: &mut Fields) -> Result<Vec<(EnvironmentRef, Formula)>> {
        let new = self.new;
        for Initial { environment, value } in &new.initial {
            let field = format!("initial.{environment}");
            let Some(known) = self.environments.iter().find(|known| known.id == *environment) else {
                fields.add(field, "There is no such environment in this product.");
                continue;
            };
            if self.tx.grants_held().access(known.id) < Access::Full {
                return Err(Error::forbidden(format!("You may not change values in {}, so nothing was created.", known.name)));
            }
            if known.note_required {
                fields.add(field, format!("Reason required: in {} a value is set afterwards, with a note.", known.name));
            } else if let Err(why) = check_value(new.kind, new.is_json, value) {
                fields.add(field, why);
            } else if !self.variations.is_empty() && !self.variations.iter().any(|variation| variation.value == *value) {
                fields.add(field, "This is none of the predefined variations.");
            }
        }
        let value = |id| new.initial.iter().find(|initial| initial.environment == id).map(|initial| initial.value.clone());
        let each = self.environments.iter().map(|known| {
            let value = value(known.id).unwrap_or_else(|| self.empty());
            (place(known), Formula::constant(value))
        });
        Ok(each.collect())
    }

    fn empty(&self) -> Value {
        let empty = empty_value(self.new.kind);
        match self.variations.first() {
            Some(first) if !self.variations.iter().any(|variation| variation.value == empty) => first.value.clone(),
            _ => empty,
        }
    }

    /// What another setting of the config is, with its tags. Whoever may not see that somewhere cannot copy it.
    async fn alike(&self, config: &Config, like: SettingId, fields: &mut Fields) -> Result<(Vec<(EnvironmentRef, Formula)>, Vec<TagId>)> {
        let new = self.new;
        let Some(model) = store::one(self.tx, like).await?.filter(|model| model.config == config.id) else {
            fields.add("like", "There is no such flag or setting in this config.");
            return Ok((vec![], vec![]));
        };
        if let Some(unseen) = self.environments.iter().find(|known| self.tx.grants_held().access(known.id) == Access::None) {
            return Err(Error::forbidden(format!("You may not see values in {}, so nothing was copied.", unseen.name)));
        }
        let around = Around {
            kind: new.kind,
            is_json: new.is_json,
            variations: self.variations.to_vec(),
            ..around::of_config(self.tx, config).await?
        };
        let stored = value_store::formulas(self.tx, model.id, model.product).await?;
        let mut formulas = vec![];
        for known in self.environments {
            let json = stored.iter().find(|row| row.environment == known.id).and_then(|row| row.formula.as_deref());
            let formula = json.map_or_else(|| Ok(Formula::empty(model.kind)), Formula::read)?;
            if known.note_required && formula != Formula::empty(model.kind) {
                fields.add("like", format!("Reason required: in {} a value is set afterwards, with a note.", known.name));
            } else if let Err(wrong) = check(&formula, &around) {
                let why = wrong.0.into_values().next().unwrap_or_default();
                fields.add("like", format!("What it is in {} cannot be copied. {why}", known.name));
            }
            formulas.push((place(known), formula));
        }
        let tags = value_store::tags_of(self.tx, model.id).await?.into_iter().map(|tag| tag.id).collect();
        Ok((formulas, tags))
    }
}
