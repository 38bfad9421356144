//! An event as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{names, store};
use crate::{
    audit::{Change, Entry, Event, Part, Way, event::Who},
    db::Reader,
    error::Result,
    ids::PersonId,
};

/// One event.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntryView {
    /// Its position in the log, by which the next stretch is asked for.
    pub id: String,
    /// When it happened.
    pub created_at: String,
    /// Who did it: the user name, or the name that is remembered of an account that has ended; absent if it was Burgee itself.
    pub username: Option<String>,
    /// What happened, by the name that the API uses.
    pub event: String,
    /// The same by its stored name.
    pub action: String,
    /// The way in: `session`, `token`, `link`, `command` or `system`.
    pub source: &'static str,
    /// The log that it belongs to.
    pub scope: Scope,
    /// Who or what did it.
    pub trigger: Trigger,
    /// What it is about.
    pub body: EventBody,
    /// Where the request came from.
    pub address: Option<String>,
    /// The request's id, as in the server log.
    pub request: String,
}

/// What an event belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Scope {
    /// The team or the person.
    pub id: Option<String>,
    /// `team`, `user` or `platform`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Who or what did it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Trigger {
    /// The person, or `system`.
    pub id: String,
    /// `user` or `system`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The user name.
    pub name: String,
}

/// What an event carries; only what it has is there.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventBody {
    /// The person whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserRef>,
    /// The team.
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<TeamRef>,
    /// A role, `owner` or `member`.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    /// Fields before and after.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    updates: Vec<Update>,
    /// The invitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<Thing>,
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Thing>,
    /// The token; never its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Thing>,
    /// The product.
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<Thing>,
    /// The permission group that an invitation offers.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Thing>,
    /// Why it was done, in the actor’s own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<Thing>,
    /// An e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// What else there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    info: Option<String>,
}

/// A person as the log remembers them.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserRef {
    id: String,
    name: String,
    username: String,
}

/// A team as the log remembers it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamRef {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<String>,
}

/// Something with an id, and what it is called or was meant for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Thing {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// One field before and after.
#[derive(Debug, Serialize, ToSchema)]
pub struct Update {
    key: String,
    old: Option<String>,
    new: Option<String>,
    /// `created`, `updated` or `deleted`.
    dif: &'static str,
}

impl From<Change> for Update {
    fn from(change: Change) -> Self {
        let value = |text: String| Some(text).filter(|text| !text.is_empty());
        let (old, new) = (value(change.before), value(change.after));
        let dif = match (&old, &new) {
            (None, Some(_)) => "created",
            (Some(_), None) => "deleted",
            _ => "updated",
        };
        Self { key: change.field.to_lowercase(), old, new, dif }
    }
}

fn thing(id: impl ToString, name: Option<&str>) -> Option<Thing> {
    Some(Thing { id: id.to_string(), name: name.map(str::to_owned) })
}

impl EventBody {
    fn of(event: &Event) -> Self {
        let user = |who: &Who| Some(UserRef { id: who.id.to_string(), name: who.name.clone(), username: who.username.clone() });
        let team = |id: &crate::ids::TeamId, name: Option<&String>, slug: Option<&String>| {
            Some(TeamRef { id: id.to_string(), name: name.cloned(), slug: slug.cloned() })
        };
        let role = |role: &str| Some(role.to_lowercase());
        let mut body = Self { updates: event.changes().into_iter().map(Into::into).collect(), ..Self::default() };
        match event {
            Event::TeamCreated { team: id, name, slug } | Event::TeamDeleted { team: id, name, slug } => {
                body.team = team(id, Some(name), Some(slug))
            }
            Event::TeamSuspended { team: id, name } | Event::TeamResumed { team: id, name } => body.team = team(id, Some(name), None),
            Event::TeamChanged { team: id, .. } => body.team = team(id, None, None),
            Event::MemberAdded { who, role: is, .. }
            | Event::MemberRemoved { who, role: is, .. }
            | Event::MemberLeft { who, role: is, .. } => {
                (body.user, body.role) = (user(who), role(is));
            }
            Event::RoleChanged { who, before, after, .. } => {
                body.user = user(who);
                let change = Change { field: "role".into(), before: before.to_lowercase(), after: after.to_lowercase() };
                body.updates = vec![change.into()];
            }
            Event::InvitationSent { invitation, invitee, role: is, .. } => {
                (body.invitation, body.role) = (thing(invitation, Some(invitee)), role(is));
            }
            Event::InvitationChanged { invitation, invitee, .. }
            | Event::InvitationResent { invitation, invitee, .. }
            | Event::InvitationRevoked { invitation, invitee, .. }
            | Event::InvitationDeclined { invitation, invitee, .. }
            | Event::InvitationEnded { invitation, invitee, .. } => body.invitation = thing(invitation, Some(invitee)),
            Event::InvitationAccepted { invitation, who, role: is, .. } => {
                (body.user, body.role, body.invitation) = (user(who), role(is), thing(invitation, None));
            }
            Event::AccountCreated { who, email, how } => {
                (body.user, body.email, body.info) = (user(who), Some(email.clone()), Some(how.clone()));
            }
            Event::EmailVerified { who, email } | Event::EmailChangeAsked { who, email } | Event::VerificationAsked { who, email } => {
                (body.user, body.email) = (user(who), Some(email.clone()));
            }
            Event::SignedIn { who, session } | Event::SignedOut { who, session } | Event::SessionEnded { who, session } => {
                (body.user, body.session) = (user(who), thing(session, None));
            }
            Event::SessionsEnded { who, count } => (body.user, body.info) = (user(who), Some(format!("{count} sessions"))),
            Event::ServiceAccountCreated { who, .. }
            | Event::ServiceAccountRenamed { who, .. }
            | Event::ServiceAccountDeleted { who, .. } => body.user = user(who),
            Event::TokenCreated { who, token, name, .. }
            | Event::TokenRevoked { who, token, name }
            | Event::ServiceTokenCreated { who, token, name, .. }
            | Event::ServiceTokenRevoked { who, token, name, .. } => {
                (body.user, body.token) = (user(who), thing(token, Some(name)));
            }
            Event::MailGivenUp { mail, recipient, error } => (body.mail, body.info) = (thing(mail, Some(recipient)), Some(error.clone())),
            Event::MailSentAgain { mail, recipient } => body.mail = thing(mail, Some(recipient)),
            Event::AccountChanged { who, .. }
            | Event::AccountDeleted { who }
            | Event::SignInFailed { who }
            | Event::PasswordChanged { who }
            | Event::PasswordExpired { who }
            | Event::PasswordResetAsked { who }
            | Event::PasswordReset { who }
            | Event::Suspended { who }
            | Event::Resumed { who }
            | Event::Promoted { who }
            | Event::Demoted { who } => body.user = user(who),
            Event::Product(event) => {
                let at = event.at();
                body.team = team(&at.team, None, None);
                body.product = thing(at.product, Some(&at.name));
                body.info = Some(event.sentence().iter().map(Part::words).collect());
                body.note = event.note().map(str::to_owned);
            }
            Event::ProductsOrdered { team: id, .. } => body.team = team(id, None, None),
            Event::InstanceRestored { .. } => body.info = Some(event.sentence().iter().map(Part::words).collect()),
            Event::LogHeadsRecorded { heads } => body.info = Some(format!("{} logs", heads.len())),
            Event::LogHeadsPrinted { logs } => body.info = Some(format!("{logs} logs")),
            Event::SettingsChanged { .. } | Event::Unaudited(_) => {}
        }
        if let Event::InvitationSent { product: Some(to), .. }
        | Event::InvitationChanged { product: Some(to), .. }
        | Event::InvitationResent { product: Some(to), .. }
        | Event::InvitationRevoked { product: Some(to), .. }
        | Event::InvitationAccepted { product: Some(to), .. }
        | Event::InvitationDeclined { product: Some(to), .. }
        | Event::InvitationEnded { product: Some(to), .. } = event
        {
            (body.product, body.group) = (thing(to.id, Some(&to.name)), thing(to.group, Some(&to.group_name)));
        }
        body
    }
}

impl EntryView {
    /// Keeps what was changed and why from a reader who has no access to the environment.
    pub fn withhold(&mut self) {
        self.body.updates.clear();
        self.body.note = None;
    }

    fn of(entry: Entry, usernames: &BTreeMap<PersonId, String>) -> Self {
        let body = entry.event().map(|event| EventBody::of(&event)).unwrap_or_default();
        let name = entry.actor.map(|actor| usernames.get(&actor).unwrap_or(&entry.actor_name).clone());
        let scope = match (entry.chain.is_nil(), &body.user) {
            (false, _) => Scope { id: Some(entry.chain.to_string()), kind: "team" },
            (true, Some(user)) => Scope { id: Some(user.id.clone()), kind: "user" },
            (true, None) => Scope { id: None, kind: "platform" },
        };
        let trigger = match entry.actor {
            Some(actor) => Trigger { id: actor.to_string(), kind: "user", name: name.clone().unwrap_or_default() },
            None => Trigger { id: "system".into(), kind: "system", name: entry.actor_name.clone() },
        };
        let source = match serde_json::from_str(&entry.way).unwrap_or(Way::System) {
            Way::Session { .. } => "session",
            Way::Token { .. } => "token",
            Way::Link => "link",
            Way::Command => "command",
            Way::System => "system",
        };
        Self {
            id: entry.position.to_string(),
            created_at: entry.at.iso(),
            username: name,
            event: names::shown(&entry.event).to_owned(),
            action: entry.event,
            source,
            scope,
            trigger,
            body,
            address: entry.address,
            request: entry.request.to_string(),
        }
    }
}

/// Events as JSON, with the user names as they are now.
pub async fn entries(db: &Reader, stored: Vec<Entry>) -> Result<Vec<EntryView>> {
    let mut actors: Vec<PersonId> = stored.iter().filter_map(|entry| entry.actor).collect();
    actors.sort_unstable();
    actors.dedup();
    let usernames = store::usernames(db, &actors).await?.into_iter().map(|named| (named.id, named.name)).collect();
    Ok(stored.into_iter().map(|entry| EntryView::of(entry, &usernames)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authz::Role;

    #[test]
    fn a_changed_role_reads_like_the_api_says_it() {
        let who = Who { id: PersonId::new(), username: "kim".into(), name: "Kim".into() };
        let (before, after) = (Role::Member.name().into(), Role::Owner.name().into());
        let body = EventBody::of(&Event::RoleChanged { team: crate::ids::TeamId::new(), who, before, after });
        let json = serde_json::to_value(body).unwrap();
        assert_eq!(json["updates"], serde_json::json!([{ "key": "role", "old": "member", "new": "owner", "dif": "updated" }]));
        assert_eq!(json["user"]["username"], "kim");
        assert_eq!(json.as_object().unwrap().len(), 2, "only what is there");
    }
}
