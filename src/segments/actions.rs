//! The verbs about segments.

use flag_eval::model::UserCondition;

use super::{
    Segment, comparison,
    permits::{ChangeSegment, CreateSegment, DeleteSegment},
    store::{self, Use},
};
use crate::{
    audit::{Change, Event, Unaudited, product_event::ProductEvent},
    authz::{Access, Authorized, Grants},
    db::{RETRY, Reader},
    error::{Error, Fields, Result},
    ids::{ProductId, SegmentId, VersionId},
    products::{self, LONGEST_NAME, LONGEST_TEXT},
    serving::{self, store::Pair},
    text::{Name, Prose},
};

/// The code of the conflict that the second of two writers meets.
pub const CHANGED_MEANWHILE: &str = "changed_meanwhile";

/// A segment that is to be.
#[derive(Clone, Debug)]
pub struct NewSegment {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub description: Option<Prose>,
    /// All of them must hold.
    pub conditions: Vec<UserCondition>,
}

impl NewSegment {
    /// Reads what was sent.
    pub fn parse(name: &str, description: Option<&str>, conditions: Vec<UserCondition>) -> Result<Self> {
        match Changes::parse(Some(name), description, Some(conditions))? {
            Changes { name: Some(name), description, conditions: Some(conditions), .. } => Ok(Self { name, description, conditions }),
            _ => Err(Error::field("name", "Please give a name.")),
        }
    }
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<Name>,
    /// Another description.
    pub description: Option<Prose>,
    /// Other conditions.
    pub conditions: Option<Vec<UserCondition>>,
    /// The version that the change is meant for; any, if not said.
    pub version: Option<VersionId>,
}

impl Changes {
    /// Reads what was sent.
    pub fn parse(name: Option<&str>, description: Option<&str>, conditions: Option<Vec<UserCondition>>) -> Result<Self> {
        let mut fields = Fields::default();
        let name = name.and_then(|name| fields.take("name", Name::up_to(LONGEST_NAME, name)));
        let description = description.and_then(|text| fields.take("description", Prose::up_to(LONGEST_TEXT, text)));
        if let Some(conditions) = &conditions {
            comparison::check(conditions, &mut fields);
        }
        if fields.0.is_empty() { Ok(Self { name, description, conditions, version: None }) } else { Err(fields.into()) }
    }
}

/// Creates a segment.
pub async fn create(may: &Authorized<CreateSegment>, new: &NewSegment) -> Result<Segment> {
    let creator = may.actor()?.person;
    let made = may.change(async |tx| {
        let (product, now) = (tx.on(), tx.now());
        is_free(&tx, product.id, &new.name, None).await?;
        let segment = Segment {
            id: SegmentId::new(),
            product: product.id,
            product_name: product.name.clone(),
            team: product.team,
            team_slug: product.team_slug.clone(),
            name: new.name.to_string(),
            description: new.description.as_ref().map(ToString::to_string),
            conditions: stored(&new.conditions)?,
            version: VersionId::new(),
            creator: Some(creator),
            created_at: now,
            updater: Some(creator),
            updated_at: now,
        };
        store::insert(&tx, &segment, &new.name).await?;
        let changes = Change::of("Conditions", "", comparison::all_told(&new.conditions)).into_iter().collect();
        let event = ProductEvent::SegmentCreated { at: product.at(), segment: segment.reference(), changes };
        Ok((segment, Event::from(event)))
    });
    taken_to_field(made.await)
}

/// Changes a segment, and with it what every value is that uses it.
///
/// # Errors
/// Forbidden to whoever has no access to an environment of the product, or less than full access to one where it is used; [`CHANGED_MEANWHILE`] if somebody else was faster; at `conditions` if
/// a config of the first generation uses it and cannot express them.
pub async fn change(may: &Authorized<ChangeSegment>, changes: &Changes) -> Result<Segment> {
    let updater = may.actor()?.person;
    let changed = may.change(async |tx| {
        let held = serving::store::hold_uses(&tx, tx.on().id).await?;
        store::hold(&tx, tx.on().id).await?;
        // What it was when it was held: somebody else may have changed it just before.
        let before = store::one(&tx, tx.on().id).await?.ok_or(Error::NotFound)?;
        let had = before.conditions()?;
        let has = changes.conditions.clone().unwrap_or_else(|| had.clone());
        let name = changes.name.clone().unwrap_or_else(|| Name::stored(&before.name));
        let description = changes.description.as_ref().map(ToString::to_string).or_else(|| before.description.clone());
        let after = Segment {
            name: name.to_string(),
            description,
            conditions: stored(&has)?,
            version: VersionId::new(),
            updater: Some(updater),
            updated_at: tx.now(),
            ..before.clone()
        };
        let served = before.name != after.name || had != has;
        if !served && before.description == after.description {
            return Ok((before, Event::Unaudited(Unaudited::Nothing)));
        }
        if changes.version.is_some_and(|version| version != before.version) {
            return Err(Error::conflict(CHANGED_MEANWHILE, "Somebody else has changed this segment since you opened it."));
        }
        products::see_everywhere(&tx, tx.grants_held(), before.product, CHANGING).await?;
        if served {
            let uses = store::uses(&tx, before.id).await?;
            // Somebody began to use it just before it was held.
            if uses.iter().any(|found| !held.contains(&Pair { config: found.config, environment: found.environment })) {
                return Err(RETRY);
            }
            if let Some(why) = locked(tx.grants_held(), &uses) {
                return Err(Error::forbidden(why));
            }
            if uses.iter().any(|found| found.evaluation_version == 1) && !comparison::is_of_first_generation(&has) {
                let why = "A config of version v1 uses it: there, a segment has one condition, with a comparison that v1 knows and values without commas.";
                return Err(Error::field("conditions", why));
            }
            serving::store::publish_segment(&tx, before.id, tx.now()).await?;
        }
        if before.name != after.name {
            is_free(&tx, before.product, &name, Some(before.id)).await?;
        }
        store::update(&tx, &after, &name, updater, tx.now()).await?;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let list = [
            Change::of("Name", &before.name, &after.name),
            Change::of("Description", text(&before.description), text(&after.description)),
            Change::of("Conditions", comparison::all_told(&had), comparison::all_told(&has)),
        ];
        let changes = list.into_iter().flatten().collect();
        let event = ProductEvent::SegmentChanged { at: before.at(), segment: before.reference(), changes };
        Ok((after, Event::from(event)))
    });
    taken_to_field(changed.await)
}

/// What somebody without access to an environment cannot do: whether the segment is used there is not for them to know.
pub(super) const CHANGING: &str = "Changing a segment";
/// The same.
pub(super) const DELETING: &str = "Deleting a segment";

/// Why somebody who has access to every environment cannot change what these values use, if they cannot.
pub(super) fn locked(grants: &Grants, uses: &[Use]) -> Option<String> {
    let read_only = uses.iter().filter(|found| grants.access(found.environment) < Access::Full);
    let mut names: Vec<&str> = read_only.map(|found| found.environment_name.as_str()).collect();
    names.dedup();
    let where_used = || format!("It is used in {}, where you have Read-only access.", names.join(" and "));
    (!names.is_empty()).then(|| format!("{} Changing it takes Full access wherever it is used.", where_used()))
}

/// Deletes a segment that no value uses.
///
/// # Errors
/// Forbidden to whoever has no access to an environment of the product; `in_use` while a value uses it.
pub async fn delete(may: &Authorized<DeleteSegment>) -> Result<()> {
    may.change(async |tx| {
        let segment = tx.on();
        products::see_everywhere(&tx, tx.grants_held(), segment.product, DELETING).await?;
        store::hold(&tx, segment.id).await?;
        if !store::uses(&tx, segment.id).await?.is_empty() {
            return Err(Error::refused("in_use", "Rules name this segment. Change those first."));
        }
        store::delete(&tx, segment.id).await?;
        Ok(((), Event::from(ProductEvent::SegmentDeleted { at: segment.at(), segment: segment.reference() })))
    })
    .await
}

fn stored(conditions: &[UserCondition]) -> Result<String> {
    serde_json::to_string(conditions).map_err(Error::internal)
}

async fn is_free(db: &Reader, product: ProductId, name: &Name, except: Option<SegmentId>) -> Result<()> {
    let others = store::other_names(db, product, except).await?;
    name.unlike("a segment", others.iter().map(String::as_str)).map_err(|why| Error::field("name", why))
}

/// Two people chose the same name at the same moment: the second one is told at the field.
fn taken_to_field<T>(done: Result<T>) -> Result<T> {
    done.map_err(|error| match error {
        Error::Conflict { code: "taken", .. } => Error::field("name", "Somebody else has just taken this name."),
        other => other,
    })
}
