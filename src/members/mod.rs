//! Members: who is in a team, what they are in it, and why that lets them do what they do.
//!
//! A team always keeps an owner: the rule is checked inside the change, on the locked team, so that two people who lower each other at the
//! same moment do not both succeed. Guests stand apart: they are in the team only through a product.

mod actions;
mod api;
mod known;
pub mod pages;
pub mod permits;
mod routes;
mod store;
pub mod why;

pub use actions::{add, change_role, make_owner, remove, unmake_owner};
pub use known::{Colleague, Known, known, managed};
pub use routes::{json, pages};
pub use store::{Listed, Placed, everybody, find, places};

use serde::Deserialize;

use crate::{
    audit::event::Who,
    authz::{Address, Asked, Kind, Place, Resource, Role},
    clock::Time,
    db::{Reader, record},
    error::Result,
    ids::{PersonId, TeamId},
    teams,
    text::Slug,
};

record! {
    /// A person's place in a team.
    #[derive(Clone, Debug)]
    pub struct Member {
        /// The team.
        pub team: TeamId,
        /// The team's name.
        pub team_name: String,
        /// The team's slug.
        pub team_slug: String,
        /// The person.
        pub person: PersonId,
        /// Their user name.
        pub username: String,
        /// Their name.
        pub name: String,
        /// What they are.
        pub role: Role,
        /// Since when.
        pub joined_at: Time,
    }
}

impl Member {
    /// As an event remembers them.
    pub fn who(&self) -> Who {
        Who { id: self.person, username: self.username.clone(), name: self.name.clone() }
    }
}

/// By the team's and the person's id.
#[derive(Clone, Deserialize)]
pub struct MemberKey {
    team: TeamId,
    person: PersonId,
}

impl MemberKey {
    /// The key of a member who is known.
    pub fn of(team: TeamId, person: PersonId) -> Self {
        Self { team, person }
    }
}

impl Resource for Member {
    const KIND: Kind = Kind::Member;
    type Key = MemberKey;

    async fn load(db: &Reader, key: &MemberKey) -> Result<Option<Self>> {
        store::find(db, key.team, key.person).await
    }

    fn key(&self) -> MemberKey {
        MemberKey { team: self.team, person: self.person }
    }

    fn place(&self) -> Place {
        Place::in_team(Kind::Member, self.team).about(Some(self.person))
    }
}

/// `/team/{team}/members/{person}/…`, the team by its slug.
#[derive(Deserialize)]
pub struct SlugPath {
    team: String,
    person: PersonId,
}

impl Address<Member> for teams::BySlug {
    type Path = SlugPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: SlugPath) -> Result<Option<Member>> {
        let Ok(slug) = Slug::parse(&path.team) else { return Ok(None) };
        match teams::by_slug(db, &slug).await? {
            Some(team) => store::find(db, team.id, path.person).await,
            None => Ok(None),
        }
    }
}
