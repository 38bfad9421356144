//! The verbs about configs.

use super::{
    Config,
    permits::{ChangeConfig, CreateConfig, DeleteConfig},
    store,
};
use crate::{
    audit::{Change, Event, Unaudited, product_event::ProductEvent},
    authz::Authorized,
    db::Reader,
    error::{Error, Fields, Result},
    ids::{ConfigId, ProductId},
    products::{self, LONGEST_NAME, LONGEST_TEXT, NewConfig, To},
    text::{Name, Prose},
};

/// Creates a config, with an SDK key for each environment.
pub async fn create(may: &Authorized<CreateConfig>, new: &NewConfig) -> Result<Config> {
    let made = may.change(async |tx| {
        let product = tx.on();
        is_free(&tx, product.id, &new.name, None).await?;
        let id = products::put_config(&tx, product.id, new, tx.now()).await?;
        let made = store::one(&tx, id).await?.ok_or(Error::NotFound)?;
        let config = made.reference();
        Ok((made, Event::from(ProductEvent::ConfigCreated { at: product.at(), config })))
    });
    taken_to_field(made.await)
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<Name>,
    /// Another description.
    pub description: Option<Prose>,
    /// Another place.
    pub position: Option<i64>,
}

impl Changes {
    /// Reads what was sent.
    pub fn parse(name: Option<&str>, description: Option<&str>) -> Result<Self> {
        let mut fields = Fields::default();
        let name = name.and_then(|name| fields.take("name", Name::up_to(LONGEST_NAME, name)));
        let description = description.and_then(|text| fields.take("description", Prose::up_to(LONGEST_TEXT, text)));
        if fields.0.is_empty() { Ok(Self { name, description, position: None }) } else { Err(fields.into()) }
    }
}

/// Changes a config.
pub async fn change(may: &Authorized<ChangeConfig>, changes: &Changes) -> Result<Config> {
    let changed = may.change(async |tx| {
        let before = tx.on();
        let mut after = before.clone();
        let name = changes.name.clone().unwrap_or_else(|| Name::stored(&before.name));
        after.name = name.to_string();
        after.description = changes.description.as_ref().map(ToString::to_string).or(after.description);
        after.position = changes.position.unwrap_or(after.position);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let list: Vec<Change> = [
            Change::of("Name", &before.name, &after.name),
            Change::of("Description", text(&before.description), text(&after.description)),
            Change::of("Place", before.position, after.position),
        ]
        .into_iter()
        .flatten()
        .collect();
        if before.name != after.name {
            is_free(&tx, before.product, &name, Some(before.id)).await?;
        }
        store::update(&tx, &after, &name).await?;
        let event = match list.is_empty() {
            true => Event::Unaudited(Unaudited::Nothing),
            false => ProductEvent::ConfigChanged { at: before.at(), config: after.reference(), changes: list }.into(),
        };
        Ok((after, event))
    });
    taken_to_field(changed.await)
}

/// Moves the config one place up or down among those of its product.
pub async fn shift(may: &Authorized<ChangeConfig>, to: To) -> Result<()> {
    may.change(async |tx| {
        let config = tx.on();
        let now = store::ordered(&tx, config.product).await?;
        let ids: Vec<_> = now.iter().map(|placed| placed.id).collect();
        let Some(order) = to.moved(&ids, config.id) else { return Ok(((), Event::Unaudited(Unaudited::Nothing))) };
        for (position, id) in (0..).zip(&order) {
            store::place(&tx, *id, position).await?;
        }
        let name = |id| now.iter().find(|placed| placed.id == id).map(|placed| placed.name.clone());
        let order = order.into_iter().filter_map(name).collect();
        Ok(((), ProductEvent::ConfigsOrdered { at: config.at(), order }.into()))
    })
    .await
}

/// Deletes the config, with its settings, their values and its SDK keys in every environment. `note`: why; `None` from programs that have no
/// word for it.
///
/// # Errors
/// Forbidden to whoever has no access to one of the environments, for it would end what they may not even see; at `note` where one is
/// mandatory.
pub async fn delete(may: &Authorized<DeleteConfig>, note: Option<&str>) -> Result<()> {
    may.change(async |tx| {
        let config = tx.on();
        let product = products::one(&tx, config.product).await?.ok_or(Error::NotFound)?;
        let environments = products::environments_of(&tx, config.product).await?;
        let unseen = products::hidden_from(tx.grants_held(), &environments);
        if !unseen.is_empty() {
            return Err(no_access(&unseen));
        }
        let required = product.note_required || environments.iter().any(|environment| environment.note_required);
        let note = products::read_note(required && note.is_some(), note.unwrap_or_default())?;
        store::delete(&tx, config.id).await?;
        let event = ProductEvent::ConfigDeleted { at: config.at(), config: config.reference(), note };
        Ok(((), Event::from(event)))
    })
    .await
}

/// The refusal for somebody who would end what they may not see.
pub(super) fn no_access(environments: &[&str]) -> Error {
    let names = environments.join(", ");
    Error::forbidden(format!("It is served in {names}, to which you have no access, so you may not delete it."))
}

async fn is_free(db: &Reader, product: ProductId, name: &Name, except: Option<ConfigId>) -> Result<()> {
    let others = store::other_names(db, product, except).await?;
    name.unlike("a config", others.iter().map(String::as_str)).map_err(|why| Error::field("name", why))
}

/// Two people chose the same name at the same moment: the second one is told at the field.
fn taken_to_field<T>(done: Result<T>) -> Result<T> {
    done.map_err(|error| match error {
        Error::Conflict { code: "taken", .. } => Error::field("name", "Somebody else has just taken this name."),
        other => other,
    })
}
