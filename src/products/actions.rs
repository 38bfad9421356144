//! The verbs about products.

use super::{
    EnvironmentBrief, Product,
    order::To,
    parts::{EvaluationVersion, LONGEST_TEXT, NewConfig, NewEnvironment, NewGroup},
    parts_store as parts,
    permits::{ChangePreferences, CreateProduct, DeleteProduct, EditProduct, OrderProduct},
    store,
};
use crate::{
    audit::{
        Change, Event, Unaudited,
        product_event::{ConfigRef, EnvironmentRef, GroupRef, InProduct, ProductEvent},
    },
    authz::{Authorized, GrantWriter, Resource as _, Role, Tx},
    clock::Time,
    error::{Error, Fields, Result},
    ids::{EnvironmentId, ProductId},
    text::{Name, Prose},
};

/// The ways in which keys of new settings are written.
pub const KEY_STYLES: [&str; 5] = ["camelCase", "lowerCase", "upperCase", "pascalCase", "kebabCase"];

/// A product that is to be.
#[derive(Clone, Debug)]
pub struct NewProduct {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub description: Option<Prose>,
    /// Its place; the last if not said.
    pub position: Option<i64>,
    /// Whether it starts with two environments and a config; the group *Administrators* is always there.
    pub furnished: bool,
    /// Whether it starts with the group *Product Manager*.
    pub product_manager: bool,
    /// Whether it starts with the group *Developer*.
    pub developer: bool,
}

impl NewProduct {
    /// Reads a name and a description, for a product without environments and configs.
    pub fn parse(name: &str, description: Option<&str>) -> Result<Self> {
        let mut fields = Fields::default();
        let name = fields.take("name", Name::up_to(LONGEST_TEXT, name));
        let description = description.and_then(|text| fields.take("description", Prose::up_to(LONGEST_TEXT, text)));
        match name {
            Some(name) if fields.0.is_empty() => {
                Ok(Self { name, description, position: None, furnished: false, product_manager: false, developer: false })
            }
            _ => Err(fields.into()),
        }
    }
}

/// Creates a product, with what it starts with.
pub async fn create(may: &Authorized<CreateProduct>, new: &NewProduct) -> Result<Product> {
    may.change(async |tx| {
        let (team, id, now) = (tx.on().id, ProductId::new(), tx.now());
        let row = store::Row { id, team, name: &new.name, description: new.description.as_ref(), position: new.position };
        store::insert(&tx, row, now).await?;
        let at = InProduct { team, product: id, name: new.name.to_string() };
        let mut events: Vec<Event> = vec![ProductEvent::Created { at: at.clone() }.into()];
        furnish(&tx.grants(), &at, new, now, &mut events).await?;
        let made = store::one(&tx, id).await?.ok_or(Error::NotFound)?;
        Ok((made, events))
    })
    .await
}

async fn furnish(tx: &GrantWriter<'_>, at: &InProduct, new: &NewProduct, now: Time, events: &mut Vec<Event>) -> Result<()> {
    let mut groups = vec![NewGroup::administrators()?];
    let mut environments = vec![];
    if new.furnished {
        for (name, color) in [("Test", "blue"), ("Production", "red")] {
            let environment = NewEnvironment::parse(name, Some(color), None)?;
            let id = parts::put_environment(tx, at.product, &environment, now).await?;
            environments.push(id);
            let environment = EnvironmentRef { id, name: name.into(), color: Some(color.into()) };
            events.push(ProductEvent::EnvironmentCreated { at: at.clone(), environment }.into());
        }
        let config = NewConfig::parse("Main Config", None, EvaluationVersion::V2.wire())?;
        let config = ConfigRef { id: parts::put_config(tx, at.product, &config, now).await?, name: config.name.to_string() };
        events.push(ProductEvent::ConfigCreated { at: at.clone(), config }.into());
    }
    if new.product_manager {
        groups.push(NewGroup::product_manager()?);
    }
    if let Some(production) = environments.last().filter(|_| new.developer) {
        groups.push(NewGroup::developer(&environments, *production)?);
    }
    for group in groups {
        let group = GroupRef { id: parts::put_group(tx, at.product, &group, now).await?, name: group.name.to_string() };
        events.push(ProductEvent::GroupCreated { at: at.clone(), group, changes: vec![] }.into());
    }
    Ok(())
}

/// What is to be changed in a product; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Another name: for those who may rename the product.
    pub name: Option<Name>,
    /// Another description: for the same.
    pub description: Option<Prose>,
    /// Another place: for the same.
    pub position: Option<i64>,
    /// How keys of new settings are written.
    pub key_style: Option<&'static str>,
    /// Whether the pages show the ids of variations.
    pub show_variation_id: Option<bool>,
    /// Whether a setting needs a hint.
    pub hint_mandatory: Option<bool>,
    /// Whether every change of a value needs a note.
    pub note_required: Option<bool>,
    /// The same in some environments.
    pub notes: Vec<(EnvironmentId, bool)>,
}

impl Changes {
    /// Reads name, description and key style.
    pub fn parse(name: Option<&str>, description: Option<&str>, key_style: Option<&str>) -> Result<Self> {
        let mut fields = Fields::default();
        let name = name.and_then(|name| fields.take("name", Name::up_to(LONGEST_TEXT, name)));
        let description = description.and_then(|text| fields.take("description", Prose::up_to(LONGEST_TEXT, text)));
        let known = |wanted: &str| KEY_STYLES.into_iter().find(|style| style.eq_ignore_ascii_case(wanted.trim()));
        let key_style =
            key_style.and_then(|style| fields.take("key_style", known(style).ok_or("Please choose one of the ways of writing.")));
        if fields.0.is_empty() { Ok(Self { name, description, key_style, ..Self::default() }) } else { Err(fields.into()) }
    }
}

/// Changes the product's preferences and, for those who may, its name, description and place: all of it or nothing.
pub async fn change(may: &Authorized<ChangePreferences>, changes: &Changes) -> Result<Product> {
    may.change(async |tx| {
        let before = tx.on();
        let mut after = before.clone();
        after.name = changes.name.as_ref().map_or(after.name, ToString::to_string);
        after.description = changes.description.as_ref().map(ToString::to_string).or(after.description);
        after.position = changes.position.unwrap_or(after.position);
        after.key_style = changes.key_style.map_or(after.key_style, Into::into);
        after.show_variation_id = changes.show_variation_id.unwrap_or(after.show_variation_id);
        after.hint_mandatory = changes.hint_mandatory.unwrap_or(after.hint_mandatory);
        after.note_required = changes.note_required.unwrap_or(after.note_required);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let named: Vec<Change> = [
            Change::of("Name", &before.name, &after.name),
            Change::of("Description", text(&before.description), text(&after.description)),
            Change::of("Place", before.position, after.position),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !named.is_empty() {
            tx.also::<EditProduct>(&before.key()).await?;
        }
        let preferred = [
            Change::of("Key style", &before.key_style, &after.key_style),
            Change::of("Variation ids", shown(before.show_variation_id), shown(after.show_variation_id)),
            Change::of("Mandatory hint", on(before.hint_mandatory), on(after.hint_mandatory)),
            Change::of("Mandatory note", on(before.note_required), on(after.note_required)),
        ];
        let mut list: Vec<Change> = named.into_iter().chain(preferred.into_iter().flatten()).collect();
        list.extend(require_notes(&tx, &changes.notes).await?);
        let described = before.description == after.description;
        if list.is_empty() && described {
            return Ok((after, Event::Unaudited(Unaudited::Nothing)));
        }
        store::update(&tx, &after, tx.now()).await?;
        let event = if list.is_empty() {
            Event::Unaudited(Unaudited::Nothing)
        } else {
            ProductEvent::Changed { at: after.at(), changes: list }.into()
        };
        Ok((after, event))
    })
    .await
}

/// Makes a note mandatory in some environments or ends that, and tells in which ones it is.
async fn require_notes(tx: &Tx<ChangePreferences>, notes: &[(EnvironmentId, bool)]) -> Result<Option<Change>> {
    if notes.is_empty() {
        return Ok(None);
    }
    let mut environments = store::environments_of(tx, tx.on().id).await?;
    let named = |environments: &[EnvironmentBrief]| {
        let noted = environments.iter().filter(|environment| environment.note_required);
        noted.map(|environment| environment.name.clone()).collect::<Vec<_>>().join(", ")
    };
    let before = named(&environments);
    for (id, required) in notes {
        let environment = environments.iter_mut().find(|environment| environment.id == *id);
        let environment = environment.ok_or_else(|| Error::field(format!("note_{id}"), "There is no such environment in this product."))?;
        if environment.note_required != *required {
            environment.note_required = *required;
            store::require_note(tx, *id, *required).await?;
        }
    }
    Ok(Change::of("Environments with a mandatory note", before, named(&environments)))
}

fn on(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

fn shown(shown: bool) -> &'static str {
    if shown { "shown" } else { "hidden" }
}

/// Moves the product one place up or down among those of its team.
pub async fn shift(may: &Authorized<OrderProduct>, to: To) -> Result<()> {
    may.change(async |tx| {
        let product = tx.on();
        let Some(order) = to.moved(&store::ordered(&tx, product.team).await?, product.id) else {
            return Ok(((), Event::Unaudited(Unaudited::Nothing)));
        };
        for (position, id) in (0..).zip(order) {
            store::place(&tx, id, position).await?;
        }
        let after = store::one(&tx, product.id).await?.ok_or(Error::NotFound)?;
        let place = Change::of("Place", product.position + 1, after.position + 1);
        Ok(((), ProductEvent::Changed { at: product.at(), changes: place.into_iter().collect() }.into()))
    })
    .await
}

/// Deletes the product and everything in it. Guests who are in no other product of the team leave it.
pub async fn delete(may: &Authorized<DeleteProduct>) -> Result<()> {
    may.change(async |tx| {
        let product = tx.on();
        store::delete(&tx.grants(), product.id).await?;
        let mut events: Vec<Event> = vec![ProductEvent::Deleted { at: product.at() }.into()];
        for who in store::let_guests_go(&tx.grants(), product.team).await? {
            events.push(Event::MemberRemoved { team: product.team, who, role: Role::Guest.to_string() });
        }
        Ok(((), events))
    })
    .await
}
