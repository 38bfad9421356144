//! Invitations: offers to join a team in a role, or a product in a permission group, by e-mail or user name, for seven days.
//!
//! An invitation is bound to the account it names, or to an address that its reader must show to be theirs: by having it confirmed, or by the
//! secret that was sent to that mailbox and nowhere else. The secret is made when the mail is sent, kept as a hash, and replaced when the
//! mail is sent again. Whoever sends it again becomes the inviter. It works only as long as its inviter may give what it offers, which is
//! decided when it is accepted, as is its end. Two days before that, both sides are told.

mod actions;
pub mod api;
mod listed;
mod mail;
pub mod pages;
pub mod permits;
mod public;
mod routes;
mod store;

pub use actions::{
    Entry, Manages, NewInvitations, Offer, Outcome, change_group, clear_expired, invite, invite_all_to_product, invite_to_product, offer,
    remind, resend, revoke,
};
pub use listed::{Listed, all_open, of_product, of_team, to_product, to_products};
pub use routes::{json, pages};
pub use store::{Offered, ToJoin, count, offers};

use serde::Deserialize;

use crate::{
    audit::event::ToProduct,
    authz::{Address, Asked, Kind, Place, Resource, Role},
    clock::{DAY, Time},
    db::{Reader, record},
    error::Result,
    ids::{GroupId, InvitationId, PersonId, ProductId, TeamId},
    jobs::Registry,
    mail::Posted,
    products, teams,
    text::Slug,
};

/// How long an invitation is open.
pub const OPEN: i64 = 7 * DAY;
/// How many can be sent at once.
pub const AT_ONCE: usize = 100;

/// The jobs of the feature.
pub fn jobs(registry: Registry) -> Registry {
    registry
        .job::<Posted<mail::Invited>>()
        .job::<Posted<mail::Reminder>>()
        .job::<Posted<mail::Unanswered>>()
        .job::<Posted<mail::Accepted>>()
}

record! {
    /// An offer to join a team, or a product.
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
        /// What it offers in the team; Guest where it is to a product.
        pub role: Role,
        /// The product, if it is to one.
        pub product: Option<ProductId>,
        /// The product's name.
        pub product_name: Option<String>,
        /// The permission group that it offers there.
        pub group: Option<GroupId>,
        /// The group's name.
        pub group_name: Option<String>,
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

impl Invitation {
    /// The product that it is to, with the group that it offers.
    pub fn to_product(&self) -> Option<ToProduct> {
        ToProduct::of(self.product, self.product_name.clone(), self.group, self.group_name.clone())
    }

    /// What it is to, by name: the product, or the team.
    pub fn to(&self) -> &str {
        self.product_name.as_deref().unwrap_or(&self.team_name)
    }

    /// What it makes of somebody: the group's name, or the role.
    pub fn offer(&self) -> &str {
        self.group_name.as_deref().unwrap_or(self.role.name())
    }

    /// Where somebody goes who has accepted it.
    pub fn inside(&self) -> String {
        match self.product {
            Some(product) => format!("/team/{}/products/{product}", self.team_slug),
            None => format!("/team/{}/overview", self.team_slug),
        }
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
        let place = match self.product {
            Some(product) => Place::in_product(Kind::Invitation, self.team, product),
            None => Place::in_team(Kind::Invitation, self.team),
        };
        place.about(self.invitee)
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
    async fn find(db: &Reader, _: &Asked<'_>, path: InTeamPath) -> Result<Option<Invitation>> {
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
    async fn find(db: &Reader, _: &Asked<'_>, path: SlugPath) -> Result<Option<Invitation>> {
        let slug = Slug::parse(&path.team).ok();
        Ok(store::find(db, path.invitation).await?.filter(|invitation| slug.is_some_and(|slug| slug.as_str() == invitation.team_slug)))
    }
}

/// `/products/{product}/invitations/{invitation}`, the product by its id.
pub struct InProduct;

/// The ids of both.
#[derive(Deserialize)]
pub struct InProductPath {
    product: ProductId,
    invitation: InvitationId,
}

impl Address<Invitation> for InProduct {
    type Path = InProductPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: InProductPath) -> Result<Option<Invitation>> {
        Ok(store::find(db, path.invitation).await?.filter(|invitation| invitation.product == Some(path.product)))
    }
}

/// `/team/{team}/products/{product}/invitations/{invitation}/…`, the team by its slug.
#[derive(Deserialize)]
pub struct ProductPagePath {
    team: String,
    product: ProductId,
    invitation: InvitationId,
}

impl Address<Invitation> for products::InTeam {
    type Path = ProductPagePath;
    async fn find(db: &Reader, _: &Asked<'_>, path: ProductPagePath) -> Result<Option<Invitation>> {
        let found = store::find(db, path.invitation).await?;
        Ok(found.filter(|found| found.product == Some(path.product) && products::is_slug(&path.team, &found.team_slug)))
    }
}
