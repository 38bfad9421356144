//! *Why?* in a product: by person, permission and environment. The same function that enforces it is asked, with what the person holds now.

use super::{
    Somebody,
    permits::AskWhy,
    store::{self, Whose},
};
use crate::{
    authz::{Authorized, By, Decision, Grants, Held, Kind, Permission, Permit, Place, Resource as _, Role, decide},
    error::{Error, Result},
    ids::{EnvironmentId, PersonId},
    members::why::{self, About, Reason},
    products::{EnvironmentBrief, InTeam, Product},
};

/// What is asked: whether somebody may do something, somewhere.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// Who.
    pub person: PersonId,
    /// What.
    pub permission: Permission,
    /// Where, if it takes access to an environment.
    pub environment: Option<EnvironmentId>,
}

/// The answer, and what it says in words.
pub struct Answer {
    /// The decision itself.
    pub decision: Decision,
    /// The person's name.
    pub name: String,
    /// The chain of reasons.
    pub reasons: Vec<Reason>,
    /// What would change it.
    pub change: Option<String>,
}

/// Permissions that can be asked about in a product.
pub fn askable(permission: Permission) -> bool {
    permission.is_in_product() || (permission.kind() == Kind::Product && permission.held() == Held::Owner)
}

/// About whom somebody may ask: about everybody whom they see if they manage the members, else about themselves.
pub async fn people(may: &By<InTeam, AskWhy>) -> Result<Vec<Somebody>> {
    let own = may.actor()?.person;
    let whose = if sees_team(may) { Whose::Team } else { Whose::Product };
    let all = store::people(&may.read(), may.team, may.id, whose).await?;
    Ok(all.into_iter().filter(|person| person.id == own || (sees(may, person) && may_ask(may, person.id))).collect())
}

fn sees_team<P: Permit<On = Product>>(may: &Authorized<P>) -> bool {
    may.may(Permission::TeamMemberList, &Place::in_team(Kind::Team, may.team))
}

/// Everybody in the product sees the Owners, who manages the members sees who is in the product, and who is in the team sees its Members.
fn sees<P: Permit<On = Product>>(may: &Authorized<P>, person: &Somebody) -> bool {
    person.role == Some(Role::Owner)
        || (person.group.is_some() && may.may(Permission::ProductMembersManage, &may.place()))
        || (person.role == Some(Role::Member) && sees_team(may))
}

fn may_ask<P: Permit<On = Product>>(may: &Authorized<P>, person: PersonId) -> bool {
    may.may(Permission::ProductMemberExplain, &may.place_of(Kind::ProductMember).about(Some(person)))
}

/// The answer to a question.
///
/// # Errors
/// `NotFound` for somebody whom the reader does not see, `Forbidden` where they may ask only about themselves; at `environment` if none is named
/// and it takes one.
pub async fn ask(may: &Authorized<AskWhy>, question: Question, environments: &[EnvironmentBrief]) -> Result<Answer> {
    let Question { person, permission, environment } = question;
    let db = may.read();
    let own = may.actor()?;
    let found = store::somebody(&db, may.team, may.id, person).await?;
    let (name, username) = match found.filter(|found| sees(may, found)) {
        Some(found) => (found.name, found.username),
        None if person == own.person => (own.name.clone(), own.username.clone()),
        None => return Err(Error::NotFound),
    };
    if !may_ask(may, person) {
        return Err(Error::forbidden("You may ask only about yourself."));
    }
    let at = match (permission.needs_access(), environment) {
        (None, _) => None,
        (Some(_), Some(id)) => {
            let known = environments.iter().find(|environment| environment.id == id);
            Some(known.ok_or_else(|| Error::field("environment", "There is no such environment in this product."))?)
        }
        (Some(_), None) => return Err(Error::field("environment", "Which environment? The answer depends on it.")),
    };
    let place = may.place_of(permission.kind());
    let place = at.map_or(place, |environment| place.at(environment.id));
    let grants = Grants::load(&db, person, &place, None, may.app().config.has_mail()).await?;
    let decision = decide(&grants, permission, &place);
    let (group, joined_at) = match &grants {
        Grants::Person(held) => (held.group.as_deref(), store::joined(&db, may.team, person).await?),
        _ => (None, None),
    };
    let environment = at.map(|environment| environment.name.as_str());
    let product = why::InProduct { name: &may.name, group, environment };
    let about = About { name: &name, username: &username, team: &may.team_name, joined_at, product: Some(product) };
    let (reasons, change) = (why::reasons(&decision, &about), why::remedy(&decision, &about));
    Ok(Answer { decision, reasons, change, name })
}
