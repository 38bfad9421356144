//! Creating settings, changing what is said about them, putting them into order.

use flag_eval::model::{Kind, Value};

use super::{NewVariation, variations};
use crate::{
    audit::{
        Change, Event, Unaudited,
        product_event::{EnvironmentRef, ProductEvent, SettingRef, TagRef, ValueRef},
    },
    authz::{Access, Authorized, Permit, Resource as _, Tx},
    configs::Config,
    error::{Error, Fields, Result},
    flags::{
        Formula, Setting, SettingKey,
        formula::{Limit, Variation, check_value, empty_value},
        permits::{ChangeSetting, CreateSetting, TagSetting, TagSettings},
        publish, store,
        value_store::{self, Stored},
    },
    ids::{EnvironmentId, ProductId, SettingId, TagId, VersionId},
    products,
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
/// Where the actor cannot write, and where nothing else is said, it has the empty value of its kind: off, no text, zero.
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
        if product.hint_mandatory && new.hint.is_none() {
            fields.add("hint", "This product wants a hint for every flag and setting.");
        }
        if new.is_json && new.kind != Kind::Text {
            fields.add("is_json", "Only texts can be JSON.");
        }
        let variations = variations::check_new(new.kind, new.is_json, &new.variations, &mut fields);
        let environments = products::environments_of(&tx, config.product).await?;
        let values = initial_values(&tx, new, &product, &environments, &variations, &mut fields)?;
        let tags = tags(&tx, config.product, &new.tags, &mut fields).await?;
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
            creator,
        };
        store::insert(&tx, row, tx.now()).await?;
        variations::insert(&tx, id, &variations).await?;
        let picked: Vec<TagId> = tags.iter().map(|tag| tag.id).collect();
        value_store::set_tags(&tx, id, &picked).await?;
        let mut remembered = vec![];
        for (environment, value) in values {
            let formula = Formula::constant(value);
            let version = VersionId::new();
            let at = Stored { setting: id, environment: environment.id, version, updater: creator, variations: &variations };
            value_store::put_value(&tx, at, &formula, tx.now()).await?;
            remembered.push(ValueRef { environment, formula: formula.remember()? });
        }
        raise_all(&tx, config, remembered.iter().map(|value| value.environment.id)).await?;
        let setting = SettingRef { id, key: new.key.as_str().into(), name: new.name.to_string(), config: config.reference() };
        let event = ProductEvent::SettingCreated { at: config.at(), setting, kind: new.kind.to_string(), values: remembered };
        Ok((id, Event::from(event)))
    });
    made.await.map_err(|error| match error {
        Error::Conflict { code: "taken", .. } => Error::field("key", KEY_TAKEN),
        other => other,
    })
}

/// Raises what is served in these environments, always in the same order: two changes that wait for each other would both be undone.
pub(super) async fn raise_all<P: Permit>(tx: &Tx<P>, config: &Config, environments: impl Iterator<Item = EnvironmentId>) -> Result<()> {
    let mut all: Vec<EnvironmentId> = environments.collect();
    all.sort();
    for environment in all {
        publish::raise(tx, config.id, environment, tx.now()).await?;
    }
    Ok(())
}

/// What a new setting is in each environment.
fn initial_values<P: Permit>(
    tx: &Tx<P>,
    new: &NewSetting,
    product: &products::Product,
    environments: &[products::EnvironmentBrief],
    variations: &[Variation],
    fields: &mut Fields,
) -> Result<Vec<(EnvironmentRef, Value)>> {
    for Initial { environment, value } in &new.initial {
        let field = format!("initial.{environment}");
        let Some(known) = environments.iter().find(|known| known.id == *environment) else {
            fields.add(field, "There is no such environment in this product.");
            continue;
        };
        if tx.grants_held().access(known.id) < Access::Full {
            return Err(Error::forbidden(format!("You may not change values in {}, so nothing was created.", known.name)));
        }
        if product.note_required || known.note_required {
            fields.add(field, format!("Reason required: in {} a value is set afterwards, with a note.", known.name));
        } else if let Err(why) = check_value(new.kind, new.is_json, value) {
            fields.add(field, why);
        } else if !variations.is_empty() && !variations.iter().any(|variation| variation.value == *value) {
            fields.add(field, "This is none of the predefined variations.");
        }
    }
    let value = |id| new.initial.iter().find(|initial| initial.environment == id).map(|initial| initial.value.clone());
    let each = environments.iter().map(|known| {
        let place = EnvironmentRef { id: known.id, name: known.name.clone(), color: known.color.clone() };
        (place, value(known.id).unwrap_or_else(|| empty_value(new.kind)))
    });
    Ok(each.collect())
}

/// The tags of a product that are wanted, each once.
async fn tags<P: Permit>(tx: &Tx<P>, product: ProductId, wanted: &[TagId], fields: &mut Fields) -> Result<Vec<TagRef>> {
    if wanted.is_empty() {
        return Ok(vec![]);
    }
    let known = value_store::tags_of_product(tx, product).await?;
    let mut found: Vec<TagRef> = vec![];
    for id in wanted {
        match known.iter().find(|tag| tag.id == *id) {
            Some(tag) if !found.iter().any(|other| other.id == *id) => found.push(TagRef { id: tag.id, name: tag.name.clone() }),
            Some(_) => {}
            None => fields.add("tags", "There is no such tag in this product."),
        }
    }
    Ok(found)
}

/// What is to be changed about a setting; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<Name>,
    /// Another hint; empty takes it away.
    pub hint: Option<Prose>,
    /// These tags and no others.
    pub tags: Option<Vec<TagId>>,
    /// These predefined variations and no others.
    pub variations: Option<Vec<NewVariation>>,
}

/// Changes what is said about a setting, its tags and its predefined variations.
pub async fn change(may: &Authorized<ChangeSetting>, changes: &Changes) -> Result<()> {
    may.change(async |tx| {
        let setting = tx.on();
        let mut fields = Fields::default();
        let name = changes.name.as_ref().map_or(setting.name.as_str(), Name::as_str);
        let hint = match &changes.hint {
            Some(hint) => Some(hint.as_str().trim()).filter(|hint| !hint.is_empty()),
            None => setting.hint.as_deref(),
        };
        let product = products::one(&tx, setting.product).await?.ok_or(Error::NotFound)?;
        if product.hint_mandatory && hint.is_none() && changes.hint.is_some() {
            fields.add("hint", "This product wants a hint for every flag and setting.");
        }
        let mut events = vec![];
        if let Some(wanted) = &changes.tags {
            let wanted = tags(&tx, setting.product, wanted, &mut fields).await?;
            if fields.0.is_empty()
                && let Some(event) = retag(&tx, setting, &wanted).await?
            {
                tx.also::<TagSetting>(&setting.key()).await?;
                events.push(event);
            }
        }
        if !fields.0.is_empty() {
            return Err(fields.into());
        }
        let list = [
            Change::of("Name", &setting.name, name),
            Change::of("Hint", setting.hint.as_deref().unwrap_or_default(), hint.unwrap_or_default()),
        ];
        let list: Vec<Change> = list.into_iter().flatten().collect();
        if !list.is_empty() {
            store::update(&tx, setting.id, name, hint).await?;
            let mut reference = setting.reference();
            reference.name = name.to_owned();
            events.push(ProductEvent::SettingChanged { at: setting.at(), setting: reference, changes: list }.into());
        }
        if events.is_empty() {
            events.push(Event::Unaudited(Unaudited::Nothing));
        }
        Ok(((), events))
    })
    .await
}

/// Changes the tags of a setting alone.
pub async fn tag(may: &Authorized<TagSetting>, wanted: &[TagId]) -> Result<()> {
    may.change(async |tx| {
        let mut fields = Fields::default();
        let wanted = tags(&tx, tx.on().product, wanted, &mut fields).await?;
        if !fields.0.is_empty() {
            return Err(fields.into());
        }
        let event = retag(&tx, tx.on(), &wanted).await?;
        Ok(((), event.unwrap_or(Event::Unaudited(Unaudited::Nothing))))
    })
    .await
}

async fn retag<P: Permit>(tx: &Tx<P>, setting: &Setting, wanted: &[TagRef]) -> Result<Option<Event>> {
    let before: Vec<TagRef> =
        value_store::tags_of(tx, setting.id).await?.into_iter().map(|tag| TagRef { id: tag.id, name: tag.name }).collect();
    if before == wanted {
        return Ok(None);
    }
    let picked: Vec<TagId> = wanted.iter().map(|tag| tag.id).collect();
    value_store::set_tags(tx, setting.id, &picked).await?;
    let without = |tags: &[TagRef], others: &[TagRef]| tags.iter().filter(|tag| !others.contains(tag)).cloned().collect::<Vec<_>>();
    let (added, removed) = (without(wanted, &before), without(&before, wanted));
    if added.is_empty() && removed.is_empty() {
        return Ok(Some(Event::Unaudited(Unaudited::Nothing)));
    }
    Ok(Some(ProductEvent::SettingTagged { at: setting.at(), setting: setting.reference(), added, removed }.into()))
}

/// Where a setting goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Before the one above it.
    Up,
    /// After the one below it.
    Down,
    /// Before that one.
    Before(SettingId),
    /// To the end.
    End,
}

impl To {
    /// The order with one setting moved; `None` where nothing changes.
    fn moved(self, list: &[SettingId], setting: SettingId) -> Option<Vec<SettingId>> {
        let at = list.iter().position(|other| *other == setting)?;
        let mut rest: Vec<SettingId> = list.iter().copied().filter(|other| *other != setting).collect();
        let to = match self {
            Self::Up => at.checked_sub(1)?,
            Self::Down => (at + 1 < list.len()).then_some(at + 1)?,
            Self::Before(other) => rest.iter().position(|found| *found == other)?,
            Self::End => rest.len(),
        };
        rest.insert(to, setting);
        (rest != list).then_some(rest)
    }
}

/// Moves a setting to another place in its config.
pub async fn shift(may: &Authorized<ChangeSetting>, to: To) -> Result<()> {
    may.change(async |tx| {
        let setting = tx.on();
        store::lock_order(&tx, setting.config).await?;
        let all = value_store::briefs(&tx, setting.config).await?;
        let list: Vec<SettingId> = all.iter().map(|other| other.id).collect();
        let Some(order) = to.moved(&list, setting.id) else { return Ok(((), Event::Unaudited(Unaudited::Nothing))) };
        for (position, id) in (0..).zip(&order) {
            store::place(&tx, *id, position).await?;
        }
        let name = |id: &SettingId| all.iter().find(|other| other.id == *id).map(|other| other.name.clone()).unwrap_or_default();
        let config = setting.reference().config;
        let event = ProductEvent::SettingsOrdered { at: setting.at(), config, order: order.iter().map(name).collect() };
        Ok(((), Event::from(event)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_moved_by_steps_and_before_others() {
        let list = [1, 2, 3].map(SettingId);
        let moved = |to: To, id| to.moved(&list, SettingId(id)).map(|list| list.into_iter().map(|id| id.0).collect::<Vec<_>>());
        assert_eq!(moved(To::Up, 3), Some(vec![1, 3, 2]));
        assert_eq!(moved(To::Down, 1), Some(vec![2, 1, 3]));
        assert_eq!(moved(To::Before(SettingId(1)), 3), Some(vec![3, 1, 2]));
        assert_eq!(moved(To::Before(SettingId(3)), 1), Some(vec![2, 1, 3]));
        assert_eq!(moved(To::End, 1), Some(vec![2, 3, 1]));
        assert_eq!(
            [
                moved(To::Up, 1),
                moved(To::Down, 3),
                moved(To::End, 3),
                moved(To::Before(SettingId(2)), 1),
                moved(To::Before(SettingId(9)), 1)
            ],
            [const { None }; 5]
        );
    }
}
