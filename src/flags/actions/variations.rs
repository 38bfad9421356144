//! Predefined variations: the values that a setting can have, by their names.

use flag_eval::model::{Kind, Value};

use crate::{
    audit::{Change, Event, Unaudited, product_event::ProductEvent},
    authz::{Authorized, Permit, Tx},
    db::Writer,
    error::{Fields, Result},
    flags::{
        Formula, Setting,
        around::variations_of,
        formula::{Limit, Variation, check_value, value_words},
        permits::ChangeSetting,
        publish,
        value_store::{self, VariationUse},
    },
    ids::{SettingId, VariationId},
    products,
    text::{Name, Prose},
};

/// A variation to be, or one that is there already.
#[derive(Clone, Debug)]
pub struct NewVariation {
    /// The one that is meant; without it, a new one.
    pub id: Option<VariationId>,
    /// Its value.
    pub value: Value,
    /// Its name.
    pub name: Option<Name>,
    /// What it is for.
    pub hint: Option<Prose>,
    /// Its line in what was sent, by which a mistake is named.
    pub line: usize,
}

/// Checks variations by themselves, and gives those of them that are right.
pub(super) fn check_new(kind: Kind, is_json: bool, variations: &[NewVariation], fields: &mut Fields) -> Vec<Variation> {
    if variations.len() > Limit::VARIATIONS {
        fields.add("variations", format!("A setting has at most {} predefined variations.", Limit::VARIATIONS));
    }
    let mut right: Vec<Variation> = vec![];
    for new in variations {
        let field = format!("variation.{}.value", new.line);
        if let Err(why) = check_value(kind, is_json, &new.value) {
            fields.add(field, why);
        } else if right.iter().any(|other| other.value == new.value) {
            fields.add(field, "Another variation has this value already.");
        } else {
            right.push(Variation {
                id: new.id.unwrap_or_else(VariationId::new),
                value: new.value.clone(),
                name: new.name.as_ref().map(ToString::to_string),
                hint: new.hint.as_ref().map(|hint| hint.as_str().to_owned()).filter(|hint| !hint.is_empty()),
            });
        }
    }
    right
}

/// Stores the variations of a new setting.
pub(super) async fn insert(tx: &Writer, setting: SettingId, variations: &[Variation]) -> Result<()> {
    for (position, variation) in (0..).zip(variations) {
        put(tx, setting, variation, position).await?;
    }
    Ok(())
}

async fn put(tx: &Writer, setting: SettingId, variation: &Variation, position: i64) -> Result<()> {
    let value = variation.value.to_string();
    value_store::put_variation(tx, setting, variation.id, &value, variation.name.as_deref(), variation.hint.as_deref(), position).await
}

/// What somebody without access to an environment cannot do: which variations are used there is not for them to know.
pub(in crate::flags) const VARIATIONS: &str = "Changing predefined variations";

/// Gives a setting these predefined variations and no others, inside a change. A value that is used does not change, and a variation that is
/// used stays.
///
/// # Errors
/// Forbidden to whoever has no access to an environment of the product.
pub(super) async fn replace<P: Permit>(
    tx: &Tx<P>,
    setting: &Setting,
    wanted: &[NewVariation],
    fields: &mut Fields,
) -> Result<Option<Event>> {
    let after = check_new(setting.kind, setting.is_json, wanted, fields);
    let before = variations_of(tx, setting).await?;
    if !fields.0.is_empty() || before == after {
        return Ok(None);
    }
    products::see_everywhere(tx, tx.grants_held(), setting.product, VARIATIONS).await?;
    // Nobody saves a value that uses one of them while they change.
    let rows = value_store::formulas(tx, setting.id, setting.product).await?;
    let mut environments: Vec<_> = rows.iter().map(|row| row.environment).collect();
    environments.sort();
    for environment in environments {
        publish::raise(tx, setting.config, environment, tx.now()).await?;
    }
    let before = variations_of(tx, setting).await?;
    let uses = value_store::variation_uses(tx, setting.id).await?;
    for new in wanted {
        let Some(id) = new.id else { continue };
        let field = format!("variation.{}.value", new.line);
        match before.iter().find(|old| old.id == id) {
            None => fields.add(field, "There is no such variation of this setting."),
            Some(old) if old.value != new.value => {
                if let Some(places) = used_in(&uses, id) {
                    fields.add(field, format!("{} is used in {places} and stays as it is.", value_words(&old.value, &before)));
                }
            }
            Some(_) => {}
        }
    }
    for gone in before.iter().filter(|old| !wanted.iter().any(|new| new.id == Some(old.id))) {
        if let Some(places) = used_in(&uses, gone.id) {
            fields.add("variations", format!("{} is used in {places} and cannot be taken away.", value_words(&gone.value, &before)));
        }
    }
    if !fields.0.is_empty() {
        return Ok(None);
    }
    for old in &before {
        match after.iter().find(|new| new.id == old.id) {
            None => value_store::delete_variation(tx, old.id).await?,
            Some(new) if new.value != old.value => value_store::unname_variation(tx, old.id).await?,
            Some(_) => {}
        }
    }
    insert(tx, setting.id, &after).await?;
    for row in value_store::formulas(tx, setting.id, setting.product).await? {
        if let Some(json) = row.formula {
            value_store::put_uses(tx, setting.id, row.environment, &Formula::read(&json)?, &after).await?;
        }
    }
    let list = |variations: &[Variation]| variations.iter().map(|one| value_words(&one.value, variations)).collect::<Vec<_>>().join(", ");
    let change = Change { field: "Predefined variations".into(), before: list(&before), after: list(&after) };
    Ok(Some(ProductEvent::VariationsChanged { at: setting.at(), setting: setting.reference(), changes: vec![change] }.into()))
}

/// Gives a setting these predefined variations and no others.
pub async fn set_variations(may: &Authorized<ChangeSetting>, wanted: &[NewVariation]) -> Result<()> {
    may.change(async |tx| {
        let mut fields = Fields::default();
        let event = replace(&tx, tx.on(), wanted, &mut fields).await?;
        if fields.0.is_empty() { Ok(((), event.unwrap_or(Event::Unaudited(Unaudited::Nothing)))) } else { Err(fields.into()) }
    })
    .await
}

/// Where a variation is used: told only to whoever has access to every environment.
fn used_in(uses: &[VariationUse], id: VariationId) -> Option<String> {
    let names: Vec<&str> = uses.iter().filter(|used| used.variation == id).map(|used| used.name.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variations_are_of_the_kind_and_each_value_is_there_once() {
        let new = |value: Value| NewVariation { id: None, value, name: None, hint: None, line: 0 };
        let mut fields = Fields::default();
        let lines = ["a".into(), "a".into(), Value::Int(1), "b".into()].into_iter().enumerate();
        let all: Vec<NewVariation> = lines.map(|(line, value)| NewVariation { line, ..new(value) }).collect();
        let right = check_new(Kind::Text, false, &all, &mut fields);
        assert_eq!(right.len(), 2);
        assert_eq!(fields.0.keys().collect::<Vec<_>>(), ["variation.1.value", "variation.2.value"]);
    }
}
