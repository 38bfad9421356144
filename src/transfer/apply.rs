//! Writing what was planned, in the order in which one thing rests on another, and telling it as events.

use std::collections::BTreeSet;

use super::{
    outcome::{Outcome, Thing},
    plan::{Plan, ProductPlan, TeamPlan, ValueChange},
    progress::Progress,
};
use crate::{
    audit::{
        Change, Event,
        event::Who,
        product_event::{GroupRef, ProductEvent, ValueRef},
    },
    authz::{ChangesGrants, Grants, Group, Tx},
    configs, environments,
    error::{Error, Result},
    flags::{
        formula::{Around, Other, differences},
        publish, whole,
    },
    ids::{ConfigId, EnvironmentId, PersonId},
    invitations::{self, Offer, Outcome as Invited},
    permission_groups, products, sdk_keys, segments,
    segments::comparison,
    serving::{self, store::SECONDARY},
    tags, teams,
    text::EmailAddress,
    webhooks::carried,
};

/// In whose name.
#[derive(Clone)]
pub struct By {
    /// The person who does it, if it is one.
    pub person: Option<PersonId>,
    /// Who becomes the owner of new teams, and who invites.
    pub on_behalf: Option<Who>,
    /// Why, where a change of values needs a note.
    pub note: Option<String>,
}

impl By {
    fn somebody(&self) -> Result<&Who> {
        self.on_behalf.as_ref().ok_or_else(|| Error::refused("nobody", "There is nobody in whose name this could be done."))
    }
}

/// Writes a plan.
pub async fn write<P: ChangesGrants>(tx: &Tx<P>, plan: &Plan, by: &By, progress: &Progress, outcome: &mut Outcome) -> Result<Vec<Event>> {
    let steps: usize = plan.teams.iter().map(|team| team.products.len() + 1).sum();
    let (mut events, mut done) = (vec![], 0);
    for team in &plan.teams {
        progress.tell(done, steps, team.team.name.clone());
        open_team(tx, team, by, &mut events).await?;
        done += 1;
        for product in &team.products {
            let settings = product.settings.len();
            let what = format!("{} in {}: {settings} {}", product.product.name, team.team.name, Thing::Setting.name(settings == 1));
            progress.tell(done, steps, what);
            write_product(tx, product, by, &mut events).await?;
            done += 1;
        }
    }
    for (kind, last) in [
        ("setting", plan.ids.settings.last),
        ("tag", plan.ids.tags.last),
        ("permission-group", plan.ids.groups.last),
        ("webhook", plan.ids.webhooks.last),
    ] {
        tx.number_up_to(kind, last).await?;
    }
    for team in &plan.teams {
        let people: Vec<_> = team.people.iter().chain(team.products.iter().flat_map(|product| &product.people)).collect();
        for (email, offer) in people {
            invite(tx, by, email, offer, &mut events, outcome).await?;
        }
    }
    progress.tell(steps, steps, "The log is written");
    Ok(events)
}

async fn open_team<P: ChangesGrants>(tx: &Tx<P>, plan: &TeamPlan, by: &By, events: &mut Vec<Event>) -> Result<()> {
    match &plan.new {
        Some(new) => events.extend(teams::found(&tx.grants(), plan.team.id, new, by.somebody()?, tx.now()).await?),
        // Whoever changes who may do what in a team holds it, whichever way they came.
        None => Grants::lock(tx, None, Some(plan.team.id), true).await?,
    }
    Ok(())
}

async fn invite<P: ChangesGrants>(
    tx: &Tx<P>,
    by: &By,
    email: &EmailAddress,
    offer: &Offer,
    events: &mut Vec<Event>,
    outcome: &mut Outcome,
) -> Result<()> {
    let why = match invitations::offer(tx, by.somebody()?.id, offer, email, events).await? {
        Invited::Invited(_) => return Ok(()),
        Invited::NoMail => "there is no mail here, and nobody here has confirmed this address",
        Invited::NoExternal => "people without an account may not be invited here",
        Invited::AlreadyMember => "they are in already",
        Invited::AlreadyInvited => "they are invited already",
        Invited::Unknown | Invited::Wrong(_) => "nobody here has this address",
    };
    outcome.not_invited.push((email.to_string(), format!("{}: {why}.", offer.name)));
    let made = |made: &super::outcome::Made| made.thing == Thing::Invitation && made.name == email.as_str() && made.within == offer.name;
    outcome.made.retain(|one| !made(one));
    Ok(())
}

fn group_ref(group: &Group) -> GroupRef {
    GroupRef { id: group.id, name: group.name.clone() }
}

async fn write_product<P: ChangesGrants>(tx: &Tx<P>, plan: &ProductPlan, by: &By, events: &mut Vec<Event>) -> Result<()> {
    let (at, id, now) = (plan.product.at(), plan.product.id, tx.now());
    if plan.is_new {
        products::put_all(&tx.grants(), std::slice::from_ref(&plan.product)).await?;
        events.push(ProductEvent::Created { at: at.clone() }.into());
    }
    environments::put_all(&tx.grants(), &plan.environments, now).await?;
    events.extend(
        plan.environments
            .iter()
            .map(|environment| Event::from(ProductEvent::EnvironmentCreated { at: at.clone(), environment: environment.reference() })),
    );
    permission_groups::put_levels(&tx.grants(), &plan.levels).await?;
    permission_groups::put_all(&tx.grants(), id, &plan.groups, now).await?;
    let briefs: Vec<_> = products::environments_of(tx, id).await?;
    for group in &plan.groups {
        let nothing = Group { name: group.name.clone(), ..Group::nothing() };
        let changes = permission_groups::differences(&nothing, group, &briefs);
        events.push(ProductEvent::GroupCreated { at: at.clone(), group: group_ref(group), changes }.into());
    }
    if plan.is_new
        && let Some(group) = plan.groups.iter().find(|group| Some(group.id) == plan.product.default_group)
    {
        events.push(ProductEvent::GroupDefault { at: at.clone(), group: Some(group_ref(group)) }.into());
    }
    tags::put_all(tx, &plan.tags).await?;
    events.extend(plan.tags.iter().map(|tag| Event::from(ProductEvent::TagCreated { at: at.clone(), tag: tag.reference() })));
    segments::put_all(tx, &plan.segments).await?;
    for segment in &plan.segments {
        let changes = Change::of("Conditions", "", comparison::all_told(&segment.conditions()?)).into_iter().collect();
        events.push(ProductEvent::SegmentCreated { at: at.clone(), segment: segment.reference(), changes }.into());
    }
    write_configs(tx, plan, events).await?;
    write_values(tx, plan, by, events).await
}

async fn write_configs<P: ChangesGrants>(tx: &Tx<P>, plan: &ProductPlan, events: &mut Vec<Event>) -> Result<()> {
    let (at, now) = (plan.product.at(), tx.now());
    configs::put_all(tx, &plan.configs, now).await?;
    events
        .extend(plan.configs.iter().map(|config| Event::from(ProductEvent::ConfigCreated { at: at.clone(), config: config.reference() })));
    sdk_keys::put_all(tx, &plan.keys, now).await?;
    serving::store::open_all(tx, &plan.pairs, now).await?;
    let known = configs::of_product(tx, plan.product.id).await?;
    for key in plan.keys.iter().filter(|key| key.slot == SECONDARY || !plan.pairs.contains(&(key.config, key.environment))) {
        let config = known.iter().find(|config| config.id == key.config).ok_or(Error::NotFound)?.reference();
        let environment = plan.all_environments.iter().find(|one| one.id == key.environment).ok_or(Error::NotFound)?;
        let slot = if key.slot == SECONDARY { "secondary" } else { "primary" }.to_owned();
        events.push(ProductEvent::SdkKeyAdded { at: at.clone(), config, environment: environment.reference(), slot }.into());
    }
    carried::put_all(tx, &plan.webhooks, now).await?;
    for webhook in &plan.webhooks {
        let config = known.iter().find(|config| config.id == webhook.at.config).ok_or(Error::NotFound)?.reference();
        let environment = plan.all_environments.iter().find(|one| one.id == webhook.at.environment).ok_or(Error::NotFound)?;
        events.push(webhook.created(at.clone(), config, environment.reference()));
    }
    Ok(())
}

async fn write_values<P: ChangesGrants>(tx: &Tx<P>, plan: &ProductPlan, by: &By, events: &mut Vec<Event>) -> Result<()> {
    let (at, now) = (plan.product.at(), tx.now());
    for (config, environment) in touched(plan) {
        publish::raise(tx, config, environment, now).await?;
    }
    whole::put_all(tx, &plan.settings, by.person, now).await?;
    for one in &plan.settings {
        let place = |id: EnvironmentId| plan.all_environments.iter().find(|environment| environment.id == id);
        let values = one.values.iter().filter_map(|(id, formula)| Some((place(*id)?, formula)));
        let values =
            values.map(|(environment, formula)| Ok(ValueRef { environment: environment.reference(), formula: formula.remember()? }));
        let (values, kind) = (values.collect::<Result<_>>()?, one.setting.kind.to_string());
        events.push(ProductEvent::SettingCreated { at: at.clone(), setting: one.setting.reference(), kind, values }.into());
    }
    let first: Vec<_> = plan.first_values.iter().map(|(one, environment, formula)| (one, *environment, formula)).collect();
    whole::put_values(tx, &first, by.person, now).await?;
    for (one, environment, formula) in &plan.first_values {
        let before = crate::flags::Formula::empty(one.setting.kind);
        if before != *formula
            && let Some(environment) = plan.all_environments.iter().find(|other| other.id == *environment)
        {
            let version = crate::ids::VersionId::new();
            let (one, environment, after) = (one.clone(), environment.clone(), formula.clone());
            events.push(changed(plan, &ValueChange { of: one, environment, before, after }, version, None)?);
        }
    }
    for change in &plan.changed_values {
        let version = whole::overwrite(tx, &change.of, change.environment.id, &change.after, by.person, now).await?;
        events.push(changed(plan, change, version, by.note.clone())?);
    }
    Ok(())
}

/// What is served anew: configs in environments that were there. In one order, so that two changes do not wait for each other.
fn touched(plan: &ProductPlan) -> BTreeSet<(ConfigId, EnvironmentId)> {
    let everywhere = plan.settings.iter().flat_map(|one| plan.all_environments.iter().map(|place| (one.setting.config, place.id)));
    let changed = plan.changed_values.iter().map(|change| (change.of.setting.config, change.environment.id));
    let new: BTreeSet<_> = plan.pairs.iter().copied().collect();
    everywhere.chain(changed).filter(|pair| !new.contains(pair)).collect()
}

fn changed(plan: &ProductPlan, change: &ValueChange, version: crate::ids::VersionId, note: Option<String>) -> Result<Event> {
    let setting = &change.of.setting;
    let others = plan.all_settings.iter().filter(|(_, config, ..)| *config == setting.config);
    let around = Around {
        beyond_first: Default::default(),
        kind: setting.kind,
        is_json: setting.is_json,
        generation: setting.generation,
        variations: change.of.variations.clone(),
        segments: plan.all_segments.iter().map(|segment| (segment.id, segment.name.clone())).collect(),
        settings: others.map(|(id, _, key, name, kind)| (*id, Other { key: key.clone(), name: name.clone(), kind: *kind })).collect(),
    };
    Ok(ProductEvent::ValueChanged {
        at: plan.product.at(),
        setting: setting.reference(),
        environment: change.environment.reference(),
        note: note.filter(|note| !note.trim().is_empty()),
        before: change.before.remember()?,
        after: change.after.remember()?,
        version,
        restored: None,
        changes: differences(&change.before, &change.after, &around),
    }
    .into())
}
