//! The verbs about tags.

use super::{
    Tag,
    permits::{ChangeTag, CreateTag, DeleteTag},
    store,
};
use crate::{
    audit::{
        Change, Event, Unaudited,
        product_event::{ProductEvent, TagRef},
    },
    authz::Authorized,
    db::Reader,
    error::{Error, Fields, Result},
    ids::{ProductId, TagId},
    products::LONGEST_NAME,
    text::{Name, Prose},
};

/// A tag that is to be.
#[derive(Clone, Debug)]
pub struct NewTag {
    /// Its word.
    pub name: Name,
    /// Its colour.
    pub color: Option<Prose>,
}

impl NewTag {
    /// Reads what was sent.
    pub fn parse(name: &str, color: Option<&str>) -> Result<Self> {
        match Changes::parse(Some(name), color)? {
            Changes { name: Some(name), color } => Ok(Self { name, color }),
            Changes { name: None, .. } => Err(Error::field("name", "Please give a name.")),
        }
    }
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Another word.
    pub name: Option<Name>,
    /// Another colour.
    pub color: Option<Prose>,
}

impl Changes {
    /// Reads what was sent.
    pub fn parse(name: Option<&str>, color: Option<&str>) -> Result<Self> {
        let mut fields = Fields::default();
        let name = name.and_then(|name| fields.take("name", Name::up_to(LONGEST_NAME, name)));
        let color = color.and_then(|color| fields.take("color", Prose::up_to(LONGEST_NAME, color)));
        if fields.0.is_empty() { Ok(Self { name, color }) } else { Err(fields.into()) }
    }
}

/// Creates a tag.
pub async fn create(may: &Authorized<CreateTag>, new: &NewTag) -> Result<Tag> {
    let made = may.change(async |tx| {
        let product = tx.on();
        is_free(&tx, product.id, &new.name, None).await?;
        let id = TagId(tx.number("tag").await?);
        store::insert(&tx, id, product.id, &new.name, new.color.as_ref().map(ToString::to_string)).await?;
        let made = store::one(&tx, id).await?.ok_or(Error::NotFound)?;
        Ok((made, Event::from(ProductEvent::TagCreated { at: product.at(), tag: TagRef { id, name: new.name.to_string() } })))
    });
    taken_to_field(made.await)
}

/// Changes a tag.
pub async fn change(may: &Authorized<ChangeTag>, changes: &Changes) -> Result<Tag> {
    let changed = may.change(async |tx| {
        let before = tx.on();
        let mut after = before.clone();
        let name = changes.name.clone().unwrap_or_else(|| Name::stored(&before.name));
        after.name = name.to_string();
        after.color = changes.color.as_ref().map(ToString::to_string).or(after.color);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let list = [Change::of("Name", &before.name, &after.name), Change::of("Colour", text(&before.color), text(&after.color))];
        let list: Vec<Change> = list.into_iter().flatten().collect();
        if before.name != after.name {
            is_free(&tx, before.product, &name, Some(before.id)).await?;
        }
        store::update(&tx, before.id, &name, after.color.clone()).await?;
        let event = match list.is_empty() {
            true => Event::Unaudited(Unaudited::Nothing),
            false => ProductEvent::TagChanged { at: before.at(), tag: after.reference(), changes: list }.into(),
        };
        Ok((after, event))
    });
    taken_to_field(changed.await)
}

/// Deletes a tag. What has it loses it, and keeps its values.
pub async fn delete(may: &Authorized<DeleteTag>) -> Result<()> {
    may.change(async |tx| {
        let tag = tx.on();
        store::delete(&tx, tag.id).await?;
        Ok(((), Event::from(ProductEvent::TagDeleted { at: tag.at(), tag: tag.reference() })))
    })
    .await
}

async fn is_free(db: &Reader, product: ProductId, name: &Name, except: Option<TagId>) -> Result<()> {
    let others = store::other_names(db, product, except).await?;
    name.unlike("a tag", others.iter().map(String::as_str)).map_err(|why| Error::field("name", why))
}

/// Two people chose the same name at the same moment: the second one is told at the field.
fn taken_to_field<T>(done: Result<T>) -> Result<T> {
    done.map_err(|error| match error {
        Error::Conflict { code: "taken", .. } => Error::field("name", "Somebody else has just taken this name."),
        other => other,
    })
}
