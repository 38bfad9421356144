//! Teams: people who work together, with a name and a slug that is unique on the instance.
//!
//! Whoever creates a team is its first owner. A team is found by its id in the API and by its slug in the addresses of pages. Deleting one
//! ends its memberships and invitations with it; its log stays, in the platform's hands.

mod actions;
pub mod api;
mod frame;
pub mod pages;
pub mod permits;
mod routes;
mod store;

pub use actions::{Changes, NewTeam, change, check_slug, create, delete, found, found_for, resume, suggest, suspend};
pub use frame::{account_frame, administration_frame, anyone_frame, frame, lost_frame};
pub use routes::{json, pages};
pub use store::{Counted, Mine, all, by_slug, counts, of_person, one};

use serde::Deserialize;

use crate::{
    authz::{Address, Asked, Kind, Place, Resource},
    clock::Time,
    db::{Reader, record},
    error::Result,
    ids::TeamId,
    text::Slug,
};

record! {
    /// People who work together.
    #[derive(Clone, Debug)]
    pub struct Team {
        /// The team.
        pub id: TeamId,
        /// Its name.
        pub name: String,
        /// Its place in addresses.
        pub slug: String,
        /// Whether an administrator has suspended it.
        pub suspended: bool,
        /// When it was created.
        pub created_at: Time,
        /// When its name or slug was last changed.
        pub updated_at: Time,
    }
}

/// By its id.
#[derive(Clone, Deserialize)]
pub struct TeamKey {
    team: TeamId,
}

impl TeamKey {
    /// The key of a team that is known.
    pub fn of(team: TeamId) -> Self {
        Self { team }
    }
}

impl Resource for Team {
    const KIND: Kind = Kind::Team;
    type Key = TeamKey;

    async fn load(db: &Reader, key: &TeamKey) -> Result<Option<Self>> {
        store::one(db, key.team).await
    }

    fn key(&self) -> TeamKey {
        TeamKey { team: self.id }
    }

    fn place(&self) -> Place {
        Place::in_team(Kind::Team, self.id)
    }
}

/// By the slug, in the addresses of pages.
pub struct BySlug;

/// `/team/{team}/…`
#[derive(Deserialize)]
pub struct SlugPath {
    team: String,
}

impl Address<Team> for BySlug {
    type Path = SlugPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: SlugPath) -> Result<Option<Team>> {
        match Slug::parse(&path.team) {
            Ok(slug) => store::by_slug(db, &slug).await,
            Err(_) => Ok(None),
        }
    }
}
