//! Changing what is said about settings, tagging them, putting them into order.

use flag_eval::model::{Kind, Value};

use super::{NewVariation, variations};
use crate::{
    audit::{
        Change, Event, Unaudited,
        product_event::{ProductEvent, TagRef},
    },
    authz::{Authorized, Permit, Resource as _, Tx},
    error::{Error, Fields, Result},
    flags::{
        Formula, Setting,
        around::variations_of,
        formula::check_value,
        permits::{ChangeSetting, TagSetting},
        publish, store, value_store,
    },
    ids::{ConfigId, EnvironmentId, ProductId, SettingId, TagId},
    products,
    text::{Name, Prose},
};

/// Raises what is served in these environments, always in the same order: two changes that wait for each other would both be undone.
pub(super) async fn raise_all<P: Permit>(tx: &Tx<P>, config: ConfigId, environments: impl Iterator<Item = EnvironmentId>) -> Result<()> {
    let mut all: Vec<EnvironmentId> = environments.collect();
    all.sort();
    for environment in all {
        publish::raise(tx, config, environment, tx.now()).await?;
    }
    Ok(())
}

/// The tags of a product that are wanted, each once.
pub(super) async fn tags<P: Permit>(tx: &Tx<P>, product: ProductId, wanted: &[TagId], fields: &mut Fields) -> Result<Vec<TagRef>> {
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
    /// Another hint, or none.
    pub hint: Option<Option<Prose>>,
    /// These tags and no others.
    pub tags: Option<Vec<TagId>>,
    /// These predefined variations and no others.
    pub variations: Option<Vec<NewVariation>>,
    /// Another place.
    pub position: Option<i64>,
    /// Whether its texts must be JSON from now on.
    pub is_json: Option<bool>,
}

/// Changes what is said about a setting, its place, its tags and its predefined variations.
pub async fn change(may: &Authorized<ChangeSetting>, changes: &Changes) -> Result<()> {
    change_by(may, |_, _| Ok(changes.clone())).await
}

/// The same, made of what the setting and its tags are, with nobody in between.
pub async fn change_by(may: &Authorized<ChangeSetting>, make: impl Fn(&Setting, &[TagId]) -> Result<Changes> + Clone) -> Result<()> {
    may.change(async |tx| {
        let setting = &store::hold(&tx, tx.on().id).await?.ok_or(Error::NotFound)?;
        let given = tags_of(&tx, setting).await?;
        let changes = make(setting, &given.iter().map(|tag| tag.id).collect::<Vec<_>>())?;
        let mut fields = Fields::default();
        let name = changes.name.as_ref().map_or(setting.name.as_str(), Name::as_str);
        let hint = match &changes.hint {
            Some(hint) => hint.as_ref().map(Prose::as_str),
            None => setting.hint.as_deref(),
        };
        let product = products::one(&tx, setting.product).await?.ok_or(Error::NotFound)?;
        if product.hint_mandatory && changes.hint.is_some() && hint.is_none_or(|hint| hint.trim().is_empty()) {
            fields.add("hint", "This product wants a hint for every flag and setting.");
        }
        let mut events = vec![];
        if let Some(wanted) = &changes.tags {
            let wanted = tags(&tx, setting.product, wanted, &mut fields).await?;
            if fields.0.is_empty()
                && let Some(event) = retag(&tx, setting, given, &wanted).await?
            {
                tx.also::<TagSetting>(&setting.key()).await?;
                events.push(event);
            }
        }
        if let Some(wanted) = &changes.variations
            && let Some(event) = variations::replace(&tx, setting, wanted, &mut fields).await?
        {
            events.push(event);
        }
        let is_json = changes.is_json.unwrap_or(setting.is_json);
        if is_json != setting.is_json {
            // What is evaluated for applications is served parsed. Nobody saves another text while they are looked at.
            let environments = value_store::formulas(&tx, setting.id, setting.product).await?;
            raise_all(&tx, setting.config, environments.into_iter().map(|row| row.environment)).await?;
        }
        if is_json && !setting.is_json {
            products::see_everywhere(&tx, tx.grants_held(), setting.product, "Marking a setting as JSON").await?;
            check_json(&tx, setting, &mut fields).await?;
        }
        if !fields.0.is_empty() {
            return Err(fields.into());
        }
        let position = changes.position.unwrap_or(setting.position);
        let list = [
            Change::of("Name", &setting.name, name),
            Change::of("Hint", setting.hint.as_deref().unwrap_or_default(), hint.unwrap_or_default()),
            Change::of("Place", setting.position, position),
            Change::of("Must be JSON", yes(setting.is_json), yes(is_json)),
        ];
        let list: Vec<Change> = list.into_iter().flatten().collect();
        if !list.is_empty() || hint != setting.hint.as_deref() {
            let said = store::Said { name, hint, position, is_json };
            store::update(&tx, setting.id, said).await?;
        }
        if !list.is_empty() {
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

const fn yes(it: bool) -> &'static str {
    if it { "Yes" } else { "No" }
}

/// Notes whether something that the setting is anywhere, or can be, is no JSON.
async fn check_json<P: Permit>(tx: &Tx<P>, setting: &Setting, fields: &mut Fields) -> Result<()> {
    if setting.kind != Kind::Text {
        fields.add("is_json", "Only texts can be JSON.");
        return Ok(());
    }
    let variations = variations_of(tx, setting).await?;
    let mut texts: Vec<Value> = variations.into_iter().map(|variation| variation.value).collect();
    for row in value_store::formulas(tx, setting.id, setting.product).await? {
        if let Some(json) = &row.formula {
            texts.extend(Formula::read(json)?.values().cloned());
        }
    }
    if let Some(why) = texts.iter().find_map(|text| check_value(setting.kind, true, text).err()) {
        fields.add("is_json", format!("Not everything that it is now is JSON. {why}"));
    }
    Ok(())
}

/// Changes the tags of a setting alone.
pub async fn tag(may: &Authorized<TagSetting>, wanted: &[TagId]) -> Result<()> {
    tag_by(may, |_| Ok(wanted.to_vec())).await
}

/// The same, made of the tags that it has, with nobody in between.
pub async fn tag_by(may: &Authorized<TagSetting>, make: impl Fn(&[TagId]) -> Result<Vec<TagId>> + Clone) -> Result<()> {
    may.change(async |tx| {
        let setting = &store::hold(&tx, tx.on().id).await?.ok_or(Error::NotFound)?;
        let given = tags_of(&tx, setting).await?;
        let wanted = make(&given.iter().map(|tag| tag.id).collect::<Vec<_>>())?;
        let mut fields = Fields::default();
        let wanted = tags(&tx, setting.product, &wanted, &mut fields).await?;
        if !fields.0.is_empty() {
            return Err(fields.into());
        }
        let event = retag(&tx, setting, given, &wanted).await?;
        Ok(((), event.unwrap_or(Event::Unaudited(Unaudited::Nothing))))
    })
    .await
}

async fn tags_of<P: Permit>(tx: &Tx<P>, setting: &Setting) -> Result<Vec<TagRef>> {
    Ok(value_store::tags_of(tx, setting.id).await?.into_iter().map(|tag| TagRef { id: tag.id, name: tag.name }).collect())
}

async fn retag<P: Permit>(tx: &Tx<P>, setting: &Setting, before: Vec<TagRef>, wanted: &[TagRef]) -> Result<Option<Event>> {
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
