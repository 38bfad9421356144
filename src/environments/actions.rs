//! The verbs about environments.

use super::{
    Environment,
    permits::{ChangeEnvironment, CreateEnvironment, DeleteEnvironment},
    store,
};
use crate::{
    audit::{Change, Event, Unaudited, product_event::ProductEvent},
    authz::{Access, Authorized},
    error::{Error, Fields, Result},
    products::{self, LONGEST_NAME, LONGEST_TEXT, NewEnvironment, ProductKey, To, permits::ChangePreferences},
    text::{Name, Prose},
};

/// Creates an environment. Groups with a level for each environment give the one for new ones, and every setting has its empty value there.
pub async fn create(may: &Authorized<CreateEnvironment>, new: &NewEnvironment) -> Result<Environment> {
    let made = may.change(async |tx| {
        let product = tx.on();
        is_free(&tx, product.id, &new.name, None).await?;
        if new.note_required {
            tx.also::<ChangePreferences>(&ProductKey::of(product.id)).await?;
        }
        let id = products::put_environment(&tx.grants(), product.id, new, tx.now()).await?;
        let made = store::one(&tx, id).await?.ok_or(Error::NotFound)?;
        let environment = made.reference();
        Ok((made, Event::from(ProductEvent::EnvironmentCreated { at: product.at(), environment })))
    });
    taken_to_field(made.await)
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<Name>,
    /// Another colour.
    pub color: Option<Prose>,
    /// Another description.
    pub description: Option<Prose>,
    /// Another place.
    pub position: Option<i64>,
    /// Whether every change of a value in it needs a note: for those who may change the product's preferences.
    pub note_required: Option<bool>,
}

impl Changes {
    /// Reads what was sent.
    pub fn parse(name: Option<&str>, color: Option<&str>, description: Option<&str>) -> Result<Self> {
        let mut fields = Fields::default();
        let name = name.and_then(|name| fields.take("name", Name::up_to(LONGEST_NAME, name)));
        let color = color.and_then(|color| fields.take("color", Prose::up_to(LONGEST_NAME, color)));
        let description = description.and_then(|text| fields.take("description", Prose::up_to(LONGEST_TEXT, text)));
        if fields.0.is_empty() { Ok(Self { name, color, description, ..Self::default() }) } else { Err(fields.into()) }
    }
}

/// Changes an environment.
pub async fn change(may: &Authorized<ChangeEnvironment>, changes: &Changes) -> Result<Environment> {
    let changed = may.change(async |tx| {
        let before = tx.on();
        let mut after = before.clone();
        let name = changes.name.clone().unwrap_or_else(|| Name::stored(&before.name));
        after.name = name.to_string();
        after.color = changes.color.as_ref().map(ToString::to_string).or(after.color);
        after.description = changes.description.as_ref().map(ToString::to_string).or(after.description);
        after.position = changes.position.unwrap_or(after.position);
        after.note_required = changes.note_required.unwrap_or(after.note_required);
        if before.note_required != after.note_required {
            tx.also::<ChangePreferences>(&ProductKey::of(before.product)).await?;
        }
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let note = |required: bool| if required { "on" } else { "off" };
        let list: Vec<Change> = [
            Change::of("Name", &before.name, &after.name),
            Change::of("Colour", text(&before.color), text(&after.color)),
            Change::of("Description", text(&before.description), text(&after.description)),
            Change::of("Place", before.position, after.position),
            Change::of("Mandatory note", note(before.note_required), note(after.note_required)),
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
            false => ProductEvent::EnvironmentChanged { at: before.at(), environment: after.reference(), changes: list }.into(),
        };
        Ok((after, event))
    });
    taken_to_field(changed.await)
}

/// Moves the environment one place up or down among those of its product.
pub async fn shift(may: &Authorized<ChangeEnvironment>, to: To) -> Result<()> {
    may.change(async |tx| {
        let environment = tx.on();
        let now = store::ordered(&tx, environment.product).await?;
        let ids: Vec<_> = now.iter().map(|placed| placed.id).collect();
        let Some(order) = to.moved(&ids, environment.id) else { return Ok(((), Event::Unaudited(Unaudited::Nothing))) };
        for (position, id) in (0..).zip(&order) {
            store::place(&tx, *id, position).await?;
        }
        let name = |id| now.iter().find(|placed| placed.id == id).map(|placed| placed.name.clone());
        let order = order.into_iter().filter_map(name).collect();
        Ok(((), ProductEvent::EnvironmentsOrdered { at: environment.at(), order }.into()))
    })
    .await
}

/// Deletes the environment, with its values, its SDK keys and what groups give in it. `note`: why; `None` from programs that have no word for it.
///
/// # Errors
/// Forbidden to whoever has no access to it, for it would end what they may not even see; at `note` where one is mandatory.
pub async fn delete(may: &Authorized<DeleteEnvironment>, note: Option<&str>) -> Result<()> {
    may.change(async |tx| {
        let environment = tx.on();
        if tx.grants_held().access(environment.id) == Access::None {
            return Err(no_access(&environment.name));
        }
        let product = products::one(&tx, environment.product).await?.ok_or(Error::NotFound)?;
        let required = product.note_required || environment.note_required;
        let note = products::read_note(required && note.is_some(), note.unwrap_or_default())?;
        store::delete(&tx.grants(), environment.id).await?;
        let event = ProductEvent::EnvironmentDeleted { at: environment.at(), environment: environment.reference(), note };
        Ok(((), Event::from(event)))
    })
    .await
}

/// The refusal for somebody who would end what they may not see.
pub(super) fn no_access(name: &str) -> Error {
    Error::forbidden(format!("You have no access to {name}, so you may not delete it. Ask somebody who has, or an owner of the team."))
}

async fn is_free(
    db: &crate::db::Reader,
    product: crate::ids::ProductId,
    name: &Name,
    except: Option<crate::ids::EnvironmentId>,
) -> Result<()> {
    let others = store::other_names(db, product, except).await?;
    name.unlike("an environment", others.iter().map(String::as_str)).map_err(|why| Error::field("name", why))
}

/// Two people chose the same name at the same moment: the second one is told at the field.
fn taken_to_field<T>(done: Result<T>) -> Result<T> {
    done.map_err(|error| match error {
        Error::Conflict { code: "taken", .. } => Error::field("name", "Somebody else has just taken this name."),
        other => other,
    })
}
