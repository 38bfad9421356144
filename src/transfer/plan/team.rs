//! Teams, and who is invited to them.

use std::collections::HashSet;

use super::{Existing, Planner, TeamPlan, products_for, same_product};
use crate::{
    authz::{Kind, Place, Role},
    error::Result,
    ids::ProductId,
    invitations::Offer,
    products::{self, permits::CreateProduct},
    teams::{self, NewTeam, Team},
    text::EmailAddress,
    transfer::{
        document::{Document, TeamPart},
        formula::key,
        outcome::Thing,
        state::{People, State},
    },
};

impl Planner<'_> {
    /// A team of a document that goes to the instance: the one that is there, or a new one.
    pub(super) async fn team_of(&mut self, part: &TeamPart, place: &str, slugs: &mut HashSet<String>) -> Result<Option<TeamPlan>> {
        let Some(new) = self.take(place, NewTeam::parse(&part.name, part.slug.as_deref().unwrap_or_default())) else { return Ok(None) };
        if !slugs.insert(new.slug.to_string()) {
            self.wrong.add(format!("{place}.slug"), "Another team of this document has this slug.");
            return Ok(None);
        }
        let by_id = match part.id {
            Some(id) => teams::one(self.db, id).await?,
            None => None,
        };
        let found = match by_id {
            Some(team) => Some(team),
            None => teams::by_slug(self.db, &new.slug).await?,
        };
        let base = format!("{place}.");
        if let Some(team) = found {
            self.same_name(place, new.name.as_str(), &team.name);
            self.same(place, "slug", part.slug.as_ref().map(|_| new.slug.as_str()), &team.slug);
            self.outcome.present(Thing::Team);
            return self.team(part, &base, &Document::default(), team, None).await.map(Some);
        }
        let id = self.ids.team(&format!("{place}.id"), part.id);
        self.outcome.make(Thing::Team, place, new.name.as_str(), "");
        let now = self.importer.now;
        let team = Team { id, name: new.name.to_string(), slug: new.slug.to_string(), suspended: false, created_at: now, updated_at: now };
        let owner = self.importer.owner.clone();
        let plan = self.team(part, &base, &Document::default(), team, owner).await?;
        Ok(Some(TeamPlan { new: Some(new), ..plan }))
    }

    /// What goes into a team: the products of its part, and those that stand in the document by themselves. A new one has its owner in it.
    pub(super) async fn team(
        &mut self,
        part: &TeamPart,
        base: &str,
        document: &Document,
        team: Team,
        owner: Option<String>,
    ) -> Result<TeamPlan> {
        let existing = products::of_team(self.db, team.id).await?;
        let ids: Vec<ProductId> = existing.iter().map(|product| product.id).collect();
        let mut people = People::read(self.db, team.id, &ids, self.importer.now).await?;
        // Whoever founds a team is in it.
        people.team.extend(owner.map(|email| (email.to_lowercase(), (Role::Owner, email))));
        let invited = self.members(part, base, &team, &people);
        let mut plans = vec![];
        let mut names = HashSet::new();
        let mut position = existing.iter().map(|product| product.position + 1).max().unwrap_or(0);
        for (place, part) in products_for(part, base, document) {
            if !self.is_first(&mut names, key(&part.name), &place, "product of this document") {
                continue;
            }
            let found = match same_product(&existing, part) {
                Ok(found) => found.cloned(),
                Err(why) => {
                    self.outcome.conflict(format!("{place}.name"), why);
                    continue;
                }
            };
            let (state, meets) = match found {
                Some(product) => (State::read(self.db, product).await?, Existing::Same),
                None => {
                    if !self.importer.may::<CreateProduct>(&Place::in_team(Kind::Team, team.id)) {
                        self.forbid(place.clone(), "You may not create products in this team.");
                    }
                    let Some(product) = self.new_product(part, &place, &team, position) else { continue };
                    position += 1;
                    (State::nothing(product), Existing::New)
                }
            };
            plans.push(self.product(part, &place, &team, state, meets, &people)?);
        }
        Ok(TeamPlan { team, new: None, people: invited, products: plans })
    }

    /// Who is to be invited to the team.
    fn members(&mut self, part: &TeamPart, base: &str, team: &Team, people: &People) -> Vec<(EmailAddress, Offer)> {
        let mut invited = vec![];
        for (at, person) in part.people.iter().enumerate() {
            let place = format!("{base}people[{at}]");
            let email = self.wrong.take(format!("{place}.email"), EmailAddress::parse(&person.email));
            let role = match person.role.trim().to_lowercase().as_str() {
                "owner" => Role::Owner,
                "member" => Role::Member,
                _ => {
                    self.wrong.add(format!("{place}.role"), "Please say `owner` or `member`.");
                    continue;
                }
            };
            let Some(email) = email else { continue };
            match people.team.get(&email.key()) {
                Some((here, _)) if *here >= role => self.outcome.present(Thing::Invitation),
                Some((here, _)) if *here >= Role::Member => {
                    self.outcome.conflict(format!("{place}.role"), format!("Here {email} is {}, or invited as that.", here.name()));
                }
                _ if !self.importer.everything() => self.forbid(place, "You may not invite people to this team."),
                _ if team.suspended => {
                    self.forbid(place, "This team is suspended. Nobody can be invited until an administrator ends that.")
                }
                _ => {
                    self.outcome.make(Thing::Invitation, &place, email.as_str(), &team.name);
                    invited.push((email, Offer { team: team.id, name: team.name.clone(), role, product: None }));
                }
            }
        }
        invited
    }
}
