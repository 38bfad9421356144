//! Deleting settings.

use super::setting::raise_all;
use crate::{
    audit::{
        Event,
        product_event::{EnvironmentRef, ProductEvent, ValueRef},
    },
    authz::Authorized,
    configs,
    error::{Error, Result},
    flags::{
        Formula,
        permits::DeleteSetting,
        store,
        value_store::{self, AskedBy},
    },
    products,
};

/// Deletes a setting with its values in every environment. `note`: why; `None` from programs that have no word for it.
///
/// # Errors
/// `Forbidden` while it would change an environment to which the actor has no access; `in_use` while other settings ask for it.
pub async fn delete(may: &Authorized<DeleteSetting>, note: Option<&str>) -> Result<()> {
    may.change(async |tx| {
        let setting = tx.on();
        let product = products::one(&tx, setting.product).await?.ok_or(Error::NotFound)?;
        let config = configs::one(&tx, setting.config).await?.ok_or(Error::NotFound)?;
        let environments = products::environments_of(&tx, setting.product).await?;
        let unseen = products::hidden_from(tx.grants_held(), &environments);
        if !unseen.is_empty() {
            return Err(Error::forbidden(no_access(&unseen)));
        }
        // What is deleted is served no more; and nobody begins to ask for it while it goes.
        raise_all(&tx, config.id, environments.iter().map(|environment| environment.id)).await?;
        if let Some(why) = in_use(&value_store::asked_by(&tx, setting.id).await?) {
            return Err(Error::refused("in_use", why));
        }
        let required = product.note_required || environments.iter().any(|environment| environment.note_required);
        let note = products::read_note(required && note.is_some(), note.unwrap_or_default())?;
        let rows = value_store::formulas(&tx, setting.id, setting.product).await?;
        let values = rows.into_iter().map(|row| {
            let formula = row.formula.as_deref().map_or_else(|| Ok(Formula::empty(setting.kind)), Formula::read)?;
            let environment = EnvironmentRef { id: row.environment, name: row.name, color: row.color };
            Ok(ValueRef { environment, formula: formula.remember()? })
        });
        let event = ProductEvent::SettingDeleted {
            at: setting.at(),
            setting: setting.reference(),
            kind: setting.kind.to_string(),
            hint: setting.hint.clone(),
            note,
            values: values.collect::<Result<_>>()?,
        };
        store::delete(&tx, setting.id).await?;
        Ok(((), Event::from(event)))
    })
    .await
}

/// Why somebody without access to these environments cannot delete something that has values there.
pub(in crate::flags) fn no_access(names: &[&str]) -> String {
    format!("It would be deleted in {} too, to which you have no access. Please ask somebody who has.", names.join(", "))
}

/// Which settings stand in the way.
pub(in crate::flags) fn in_use(asked_by: &[AskedBy]) -> Option<String> {
    let mut by: Vec<(&str, Vec<&str>)> = vec![];
    for one in asked_by {
        match by.last_mut() {
            Some((key, places)) if *key == one.key => places.push(&one.environment),
            _ => by.push((&one.key, vec![&one.environment])),
        }
    }
    let each: Vec<String> = by.iter().map(|(key, places)| format!("{key} in {}", places.join(", "))).collect();
    (!each.is_empty()).then(|| format!("Rules of other flags ask for it: {}. Please change those first.", each.join("; ")))
}
