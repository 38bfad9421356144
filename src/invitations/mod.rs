//! Invitations: offers to join a team, by e-mail or user name, for seven days.
//!
//! An invitation is bound to the account it names, or to an address that its reader must show to be theirs: by having it confirmed, or by the
//! secret that was sent to that mailbox and nowhere else. The secret is made when the mail is sent, kept as a hash, and replaced when the
//! mail is sent again. Whoever sends it again becomes the inviter. It works only as long as its inviter may give what it offers, which is
//! decided when it is accepted, as is its end.

mod actions;
pub mod api;
mod mail;
pub mod pages;
pub mod permits;
mod public;
mod routes;
mod store;

pub use actions::{Entry, NewInvitations, Outcome, clear_expired, invite};
pub use routes::{json, pages};
pub use store::{Listed, all_open, count};

use serde::Deserialize;

use crate::{
    authn::Actor,
    authz::{Address, Kind, Place, Resource, Role},
    clock::{DAY, Time},
    db::{Reader, record},
    error::Result,
    ids::{InvitationId, PersonId, TeamId},
    jobs::Registry,
    mail::Posted,
    teams,
    text::Slug,
};

/// How long an invitation is open.
pub const OPEN: i64 = 7 * DAY;
/// How many can be sent at once.
pub const AT_ONCE: usize = 100;

/// The jobs of the feature.
pub fn jobs(registry: Registry) -> Registry {
    registry.job::<Posted<mail::Invited>>().job::<Posted<mail::Accepted>>()
}

record! {
    /// An offer to join a team.
    #[derive(Clone, Debug)]
    pub struct Invitation {
        /// The invitation.
        pub id: InvitationId,
        /// The team.
        pub team: TeamId,
        /// The team's name.
        pub team_name: String,
        /// The team's slug.
        pub team_slug: String,
        /// What it offers.
        pub role: Role,
        /// Who sent it last.
        pub inviter: PersonId,
        /// Their name.
        pub inviter_name: String,
        /// The account it names, or that of the confirmed address it names.
        pub invitee: Option<PersonId>,
        /// Whom it was sent to: the address, or the user name.
        pub invited: String,
        /// The address it names, if it names one.
        pub email: Option<String>,
        /// When it was sent last.
        pub created_at: Time,
        /// When it ends.
        pub expires_at: Time,
    }
}

/// By its id.
#[derive(Clone, Deserialize)]
pub struct InvitationKey {
    invitation: InvitationId,
}

impl InvitationKey {
    /// The key of an invitation that is known.
    pub fn of(invitation: InvitationId) -> Self {
        Self { invitation }
    }
}

impl Resource for Invitation {
    const KIND: Kind = Kind::Invitation;
    type Key = InvitationKey;

    async fn load(db: &Reader, key: &InvitationKey) -> Result<Option<Self>> {
        store::find(db, key.invitation).await
    }

    fn key(&self) -> InvitationKey {
        InvitationKey { invitation: self.id }
    }

    fn place(&self) -> Place {
        Place::in_team(Kind::Invitation, self.team).about(self.invitee)
    }
}

/// `/teams/{team}/invitations/{invitation}`, the team by its id.
pub struct InTeam;

/// The ids of both.
#[derive(Deserialize)]
pub struct InTeamPath {
    team: TeamId,
    invitation: InvitationId,
}

impl Address<Invitation> for InTeam {
    type Path = InTeamPath;
    async fn find(db: &Reader, _: &Actor, path: InTeamPath) -> Result<Option<Invitation>> {
        Ok(store::find(db, path.invitation).await?.filter(|invitation| invitation.team == path.team))
    }
}

/// `/team/{team}/invitations/{invitation}/…`, the team by its slug.
#[derive(Deserialize)]
pub struct SlugPath {
    team: String,
    invitation: InvitationId,
}

impl Address<Invitation> for teams::BySlug {
    type Path = SlugPath;
    async fn find(db: &Reader, _: &Actor, path: SlugPath) -> Result<Option<Invitation>> {
        let slug = Slug::parse(&path.team).ok();
        Ok(store::find(db, path.invitation).await?.filter(|invitation| slug.is_some_and(|slug| slug.as_str() == invitation.team_slug)))
    }
}
