//! Lists of invitations, each with whether its inviter may still give what it offers: decided now, as it will be when somebody accepts.

use std::{collections::HashMap, ops::Deref};

use super::{
    actions::may_still_give,
    permits::{InviteToProduct, SeeOffers},
    store::{self, Row, ToJoin},
};
use crate::{
    authz::{Authorized, Grants, Kind, Place},
    clock::Time,
    db::Reader,
    error::Result,
    ids::{InvitationId, PersonId, ProductId, TeamId},
    members,
};

/// An invitation in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What is known of it.
    pub row: Row,
    /// Whether its inviter may still give what it offers.
    pub inviter_may: bool,
}

impl Deref for Listed {
    type Target = Row;
    fn deref(&self) -> &Row {
        &self.row
    }
}

impl Listed {
    /// Why it does not work any more, if it does not.
    pub fn broken(&self) -> Option<String> {
        let may_no_longer = match (&self.product_name, &self.group_name) {
            (Some(product), Some(group)) => format!("{} may no longer give {group} in {product}.", self.inviter_name),
            _ => format!("{} may no longer invite.", self.inviter_name),
        };
        (!self.inviter_may).then_some(may_no_longer)
    }

    /// Whom it was sent to: the address, or the user name.
    pub fn to(&self) -> String {
        self.email.clone().or_else(|| self.invitee_username.clone()).unwrap_or_default()
    }

    /// What it makes of somebody: “Member”, “Developer in Storefront”.
    pub fn offer(&self) -> String {
        match (&self.product_name, &self.group_name) {
            (Some(product), Some(group)) => format!("{group} in {product}"),
            _ => self.role.name().to_owned(),
        }
    }

    /// Where people who may manage it find it.
    pub fn path(&self) -> String {
        match self.product {
            Some(product) => format!("/team/{}/products/{product}/invitations/{}", self.team_slug, self.id),
            None => format!("/team/{}/invitations/{}", self.team_slug, self.id),
        }
    }
}

async fn judged(db: &Reader, rows: Vec<Row>) -> Result<Vec<Listed>> {
    let mut known = HashMap::new();
    let mut listed = vec![];
    for row in rows {
        let inviter_may = match (row.inviter_owns, row.product, row.group) {
            (false, Some(product), Some(group)) => match known.get(&(row.inviter, group)) {
                Some(may) => *may,
                None => {
                    let place = Place::in_product(Kind::Invitation, row.team, product);
                    let may = may_still_give(db, row.inviter, &place, row.role, Some(group)).await?;
                    known.insert((row.inviter, group), may);
                    may
                }
            },
            (owns, ..) => owns,
        };
        listed.push(Listed { row, inviter_may });
    }
    Ok(listed)
}

/// The invitations to a team’s products, oldest first: all of them, or those to products in which one manages the members.
pub async fn to_products(may: &Authorized<SeeOffers>) -> Result<Vec<ToJoin>> {
    let (db, own) = (may.read(), may.actor()?.person);
    if matches!(may.grants(), Grants::Person(held) if held.has_everything()) {
        return store::to_products(&db, may.id).await;
    }
    let mut offers = vec![];
    for product in members::managed(&db, may.id, own).await? {
        offers.extend(store::to_product(&db, product).await?);
    }
    Ok(offers)
}

/// The invitations to a product, oldest first.
pub async fn to_product(may: &Authorized<InviteToProduct>) -> Result<Vec<ToJoin>> {
    store::to_product(&may.read(), may.id).await
}

/// A team's invitations and those to its products, newest first.
pub async fn of_team(db: &Reader, team: TeamId) -> Result<Vec<Listed>> {
    judged(db, store::of_team(db, team).await?).await
}

/// A product's invitations, newest first.
pub async fn of_product(db: &Reader, product: ProductId) -> Result<Vec<Listed>> {
    judged(db, store::of_product(db, product).await?).await
}

/// The open invitations to a person, newest first.
pub(super) async fn of_person(db: &Reader, person: PersonId, email: &str, now: Time) -> Result<Vec<Listed>> {
    judged(db, store::of_person(db, person, email, now).await?).await
}

/// All invitations of the instance, newest first, before one of them.
pub async fn all_open(db: &Reader, before: Option<InvitationId>, limit: i64) -> Result<Vec<Listed>> {
    judged(db, store::all_open(db, before, limit).await?).await
}
