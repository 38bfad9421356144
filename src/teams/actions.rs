//! The verbs about teams.

use super::{
    Team,
    permits::{ChangeTeam, CreateTeam, DeleteTeam, SuspendTeam},
    store,
};
use crate::{
    audit::{Change, Event, Unaudited, event::Who},
    authz::{Authorized, GrantWriter, Role},
    clock::Time,
    db::Reader,
    error::{Error, Fields, Result},
    ids::TeamId,
    text::{Name, Slug},
};

/// What a new team is to be called.
#[derive(Clone, Debug)]
pub struct NewTeam {
    /// Its name.
    pub name: Name,
    /// Its slug, chosen or made of the name.
    pub slug: Slug,
}

impl NewTeam {
    /// Reads a name, and a slug if one was chosen.
    pub fn parse(name: &str, slug: &str) -> Result<Self> {
        let mut fields = Fields::default();
        let name = fields.take("name", Name::parse(name));
        let slug = match (slug.trim(), &name) {
            ("", Some(name)) => fields.take("slug", Slug::from_name(name)),
            ("", None) => None,
            (slug, _) => fields.take("slug", Slug::parse(slug)),
        };
        match (name, slug) {
            (Some(name), Some(slug)) => Ok(Self { name, slug }),
            _ => Err(fields.into()),
        }
    }
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<Name>,
    /// Another slug. The old address ends.
    pub slug: Option<Slug>,
}

impl Changes {
    /// Reads what was sent.
    pub fn parse(name: Option<&str>, slug: Option<&str>) -> Result<Self> {
        let mut fields = Fields::default();
        let name = name.and_then(|name| fields.take("name", Name::parse(name)));
        let slug = slug.and_then(|slug| fields.take("slug", Slug::parse(slug)));
        if fields.0.is_empty() { Ok(Self { name, slug }) } else { Err(fields.into()) }
    }
}

/// Whether a slug is free. `NotFound` never: a slug that is taken is told as such, for it is unique on the instance.
pub async fn check_slug(db: &Reader, slug: &Slug, except: Option<TeamId>) -> Result<()> {
    match store::by_slug(db, slug).await? {
        Some(team) if Some(team.id) != except => {
            let free = suggest(db, slug).await?;
            Err(Error::field("slug", format!("“{slug}” is taken. Try {free}.")))
        }
        _ => Ok(()),
    }
}

/// A slug like this one that is free.
pub async fn suggest(db: &Reader, slug: &Slug) -> Result<Slug> {
    for number in 2..100 {
        let next = slug.numbered(number);
        if store::by_slug(db, &next).await?.is_none() {
            return Ok(next);
        }
    }
    Ok(slug.numbered(rand::random::<u16>().into()))
}

/// Creates a team, with the actor as its first owner.
pub async fn create(may: &Authorized<CreateTeam>, new: &NewTeam) -> Result<Team> {
    let actor = may.actor()?;
    let team = TeamId::new();
    let made = may.change(async |tx| {
        check_slug(&tx, &new.slug, None).await?;
        let events = found(&tx.grants(), team, new, &actor.who(), tx.now()).await?;
        let made = store::one(&tx, team).await?.ok_or(Error::NotFound)?;
        Ok((made, events))
    });
    taken_to_field(made.await)
}

/// Founds a team, inside a change.
pub async fn found(tx: &GrantWriter<'_>, team: TeamId, new: &NewTeam, owner: &Who, now: Time) -> Result<Vec<Event>> {
    store::insert(tx, team, &new.name, &new.slug, owner.id, now).await?;
    let created = Event::TeamCreated { team, name: new.name.to_string(), slug: new.slug.to_string() };
    let added = Event::MemberAdded { team, who: owner.clone(), role: Role::Owner.name().into() };
    Ok(vec![created, added])
}

/// Founds a team of their own for somebody who has just opened an account, inside that change: “Team Kim”, with the user name as its slug or
/// one like it.
pub async fn found_for(tx: &GrantWriter<'_>, who: &Who, now: Time) -> Result<Vec<Event>> {
    let name =
        Name::parse(&format!("Team {}", who.name)).or_else(|_| Name::parse(&format!("Team {}", who.username))).map_err(Error::internal)?;
    let wanted = Slug::parse(&who.username.replace(['.', '_'], "-")).or_else(|_| Slug::parse(&format!("team-{}", who.id.0.simple())));
    let wanted = wanted.map_err(Error::internal)?;
    let slug = if store::by_slug(tx, &wanted).await?.is_none() { wanted } else { suggest(tx, &wanted).await? };
    found(tx, TeamId::new(), &NewTeam { name, slug }, who, now).await
}

/// Changes the team's name or slug.
pub async fn change(may: &Authorized<ChangeTeam>, changes: &Changes) -> Result<Team> {
    let changed = may.change(async |tx| {
        let team = tx.on();
        let name = changes.name.clone().unwrap_or_else(|| Name::stored(&team.name));
        let slug = changes.slug.clone().map_or_else(|| Slug::parse(&team.slug), Ok).map_err(Error::internal)?;
        let list: Vec<Change> =
            [Change::of("Name", &team.name, &name), Change::of("Slug", &team.slug, &slug)].into_iter().flatten().collect();
        if list.is_empty() {
            return Ok((team.clone(), Event::Unaudited(Unaudited::Nothing)));
        }
        check_slug(&tx, &slug, Some(team.id)).await?;
        store::update(&tx, team.id, &name, &slug, tx.now()).await?;
        let changed = store::one(&tx, team.id).await?.ok_or(Error::NotFound)?;
        Ok((changed, Event::TeamChanged { team: team.id, changes: list }))
    });
    taken_to_field(changed.await)
}

/// Deletes the team, with its people's roles and its invitations.
///
/// # Errors
/// `team_not_empty` while it still owns something, with what that is.
pub async fn delete(may: &Authorized<DeleteTeam>) -> Result<()> {
    may.change(async |tx| {
        let team = tx.on();
        let left = left(&tx, team.id).await?;
        if !left.is_empty() {
            let message = format!("{} still owns {}. Please delete that first.", team.name, left.join(" and "));
            return Err(Error::refused("team_not_empty", message));
        }
        store::delete(&tx.grants(), team.id).await?;
        Ok(((), Event::TeamDeleted { team: team.id, name: team.name.clone(), slug: team.slug.clone() }))
    })
    .await
}

/// What a team still owns, so that it cannot be deleted: “2 products”.
pub async fn left(db: &Reader, team: TeamId) -> Result<Vec<String>> {
    let products = store::products(db, team).await?;
    Ok((products > 0).then(|| format!("{products} product{}", if products == 1 { "" } else { "s" })).into_iter().collect())
}

/// Suspends the team: nothing can be started or created in it.
pub async fn suspend(may: &Authorized<SuspendTeam>) -> Result<()> {
    set_suspended(may, true).await
}

/// Ends the suspension.
pub async fn resume(may: &Authorized<SuspendTeam>) -> Result<()> {
    set_suspended(may, false).await
}

async fn set_suspended(may: &Authorized<SuspendTeam>, suspended: bool) -> Result<()> {
    may.change(async |tx| {
        let (team, name) = (tx.on().id, tx.on().name.clone());
        if tx.on().suspended == suspended {
            return Ok(((), Event::Unaudited(Unaudited::Nothing)));
        }
        store::set_suspended(&tx.grants(), team, suspended).await?;
        let event = if suspended { Event::TeamSuspended { team, name } } else { Event::TeamResumed { team, name } };
        Ok(((), event))
    })
    .await
}

/// Two people chose the same slug at the same moment: the second one is told at the field.
fn taken_to_field<T>(done: Result<T>) -> Result<T> {
    done.map_err(|error| match error {
        Error::Conflict { code: "taken", .. } => Error::field("slug", "Somebody else has just taken this slug."),
        other => other,
    })
}
