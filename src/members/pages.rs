//! The pages about who is in a team and what the roles allow.

use askama::Template;
use axum::{http::StatusCode, response::Response};

mod roles;

pub(super) use roles::roles;

use super::{
    Listed, actions,
    permits::{self, ListMembers, RemoveMember},
    store,
};
use crate::{
    api::{Params, Query},
    authz::{Authorized, By, Kind, Permission, Place, Resource, Role},
    error::{Error, Result},
    ids::PersonId,
    teams::{self, BySlug},
    ui::{Action, Asked, Avatar, Choice, Dialog, FilterOption, Form, Frame, Html, Moment, Posted, Section, Toast, done},
};

/// Everybody in a team.
#[derive(Template)]
#[template(path = "members/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// Slug of the team.
    pub slug: String,
    /// What was searched for.
    pub search: String,
    /// Role in the filter: "owner", "member" or empty.
    pub role: String,
    /// How many Owners the team has.
    pub owners: u64,
    /// How many Members the team has, Owners not counted.
    pub members: u64,
    /// Open invitations; none if the reader may not see them.
    pub invitations: Option<u64>,
    /// Whether the reader may invite.
    pub may_invite: bool,
    /// One stretch of people, Owners first.
    pub people: Vec<MemberRow>,
    /// People who are in a product only.
    pub guests: Vec<GuestRow>,
    /// Address of the next stretch.
    pub more: Option<String>,
}

/// A person with a role.
pub struct MemberRow {
    /// Round mark.
    pub avatar: Avatar,
    /// Shown name.
    pub name: String,
    /// Second line: e-mail address, or user name for readers who may not see it.
    pub second: String,
    /// Whether it is the reader.
    pub you: bool,
    /// "Owner" or "Member".
    pub role: String,
    /// "Created the team", "Invited by Dana".
    pub came: String,
    /// When they joined.
    pub since: Moment,
    /// Last request of any of their sessions.
    pub seen: Option<Moment>,
    /// What the reader may do about it.
    pub menu: Vec<Action>,
}

/// A person without a role.
pub struct GuestRow {
    /// Round mark.
    pub avatar: Avatar,
    /// Shown name.
    pub name: String,
    /// Second line.
    pub second: String,
    /// "Storefront · Reviewers", one for each product.
    pub groups: Vec<String>,
    /// Last request of any of their sessions.
    pub seen: Option<Moment>,
    /// What the reader may do about it.
    pub menu: Vec<Action>,
}

impl Index {
    fn counts(&self) -> String {
        let one = |n: u64, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
        format!("{} · {}", one(self.owners, "owner"), one(self.members, "member"))
    }
}

/// Dialog: another role for a person.
#[derive(Template)]
#[template(path = "members/templates/_role.html")]
pub struct ChangeRole {
    /// Where the form goes: `/team/{team}/members/{person}/role`.
    pub action: String,
    /// The members page.
    pub back: String,
    /// Name of the person.
    pub name: String,
    /// Name of the team.
    pub team: String,
    /// Field `role`.
    pub form: Form,
    /// Roles that the reader may give, explained.
    pub roles: Vec<Choice>,
    /// Why it is not possible: the last Owner.
    pub refusal: Option<String>,
}

/// Dialog: a person leaves or is removed.
#[derive(Template)]
#[template(path = "members/templates/_remove.html")]
pub struct Remove {
    /// Where the form goes: `/team/{team}/members/{person}/remove`.
    pub action: String,
    /// The members page.
    pub back: String,
    /// Name of the person.
    pub name: String,
    /// Name of the team.
    pub team: String,
    /// Whether it is the reader.
    pub leaving: bool,
    /// What ends with it, a sentence each.
    pub ends: Vec<String>,
    /// Why it is not possible: the last Owner.
    pub refusal: Option<String>,
}

/// What each role may do, and why somebody may or may not.
#[derive(Template)]
#[template(path = "members/templates/roles.html")]
pub struct Roles {
    /// Around it.
    pub frame: Frame,
    /// Slug of the team.
    pub slug: String,
    /// Three columns of sections; the answer stands below the last.
    pub columns: Vec<Vec<RoleSection>>,
    /// People the reader may ask about: "Kim (Member)".
    pub people: Vec<FilterOption>,
    /// The permission that was asked about, to be kept when the person changes.
    pub permission: String,
    /// The answer.
    pub why: Option<Why>,
}

/// A section of the matrix.
pub struct RoleSection {
    /// "Team", "Selected Project".
    pub title: String,
    /// Its lines.
    pub rows: Vec<RoleRow>,
}

/// A line of the matrix.
pub struct RoleRow {
    /// Words.
    pub label: String,
    /// Steps to the right: 0, 1 or 2.
    pub depth: u8,
    /// Who may; none for a heading.
    pub may: Option<MayRoles>,
    /// Address that asks why; empty for a heading.
    pub href: String,
    /// Whether it is the one that was asked about.
    pub chosen: bool,
}

/// Who may do one thing.
pub struct MayRoles {
    /// Owners.
    pub owner: bool,
    /// Members.
    pub member: bool,
}

pub use crate::ui::{Why, WhyStep};

/// How many people stand on one page.
const STRETCH: i64 = 100;

/// Which members.
#[derive(serde::Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    search: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    after: String,
}

impl Params for Wanted {
    const NAMES: &'static [(&'static str, &'static str)] =
        &[("search", "part of a name, user name or address"), ("role", "owner or member"), ("after", "where the next stretch begins")];
}

impl Wanted {
    fn after(&self) -> Option<(Role, PersonId)> {
        let (role, person) = self.after.split_once('~')?;
        Some((Role::parse(role)?, person.parse().ok()?))
    }
}

pub(super) async fn index(may: By<BySlug, ListMembers>, Query(wanted): Query<Wanted>) -> Result<Html<Index>> {
    let db = may.read();
    let role = Role::parse(&wanted.role);
    let search = wanted.search.trim();
    let found = store::list(&db, may.id, store::Wanted { search, role, after: wanted.after(), limit: STRETCH }).await?;
    let more = found.last().filter(|_| found.len() as i64 == STRETCH).map(|last| {
        format!(
            "/team/{}/members?search={}&role={}&after={}~{}",
            may.slug,
            askama::filters::urlencode(search).map(|text| text.to_string()).unwrap_or_default(),
            wanted.role,
            i64::from(last.role),
            last.person
        )
    });
    let (guests, places) = match wanted.after.is_empty() {
        true => (store::guests(&db, may.id).await?, guests_places(&may).await?),
        false => (vec![], vec![]),
    };
    let counts = teams::counts(&db, may.id, may.now()).await?;
    let may_invite = may.may(Permission::TeamMemberInvite, &may.place());
    Ok(Html(Index {
        frame: teams::frame(&may, &may, "Members", Section::Members).await?,
        slug: may.slug.clone(),
        search: search.to_owned(),
        role: wanted.role.clone(),
        owners: counts.owners.unsigned_abs(),
        members: counts.members.unsigned_abs(),
        invitations: may_invite.then_some(counts.invitations.unsigned_abs()),
        may_invite,
        people: found.iter().map(|member| row(&may, member)).collect(),
        guests: guests
            .iter()
            .map(|guest| {
                let MemberRow { avatar, name, second, seen, menu, .. } = row(&may, guest);
                let theirs = places.iter().filter(|place| place.person == guest.person);
                let groups = theirs.map(|place| format!("{} · {}", place.product_name, place.group_name)).collect();
                GuestRow { avatar, name, second, groups, seen, menu }
            })
            .collect(),
        more,
    }))
}

/// Where the Guests of a team are, as far as the reader may know of the products.
async fn guests_places(may: &Authorized<ListMembers>) -> Result<Vec<store::Placed>> {
    let all = store::places_of_guests(&may.read(), may.id).await?;
    if may.may(Permission::ProductOrder, &may.place()) {
        return Ok(all);
    }
    let own = store::places(&may.read(), may.id, may.actor()?.person).await?;
    Ok(all.into_iter().filter(|place| own.iter().any(|own| own.product == place.product)).collect())
}

/// One line of the list, with what the reader may do about it.
fn row(may: &Authorized<ListMembers>, member: &Listed) -> MemberRow {
    let you = may.person().is_some_and(|actor| actor.person == member.person);
    let place = Place::in_team(Kind::Member, may.id).about(Some(member.person));
    // Put together piece by piece: there are hundreds of them.
    let id = member.person.to_string();
    let at = |after: &str| ["/team/", &may.slug, "/members/", &id, after].concat();
    let by = |before: &str| ["/team/", &may.slug, before, &id].concat();
    let about = |before: &str, after: &str| [before, &member.name, after].concat();
    let mut menu = Vec::with_capacity(4);
    if member.role >= Role::Member {
        if may.may(Permission::TeamMemberChangeRole, &place) {
            menu.push(Action::dialog("Change role…", "arrows-exchange", at("/role")));
        }
        if may.may(Permission::TeamMemberExplain, &place) {
            let label = if you { "Why can I…?".to_owned() } else { about("Why can ", "…?") };
            menu.push(Action::link(label, "help", by("/roles?person=")));
        }
        if may.may(Permission::TeamAuditRead, &Place::in_team(Kind::Team, may.id)) {
            let label = if you { "What I changed".to_owned() } else { about("What ", " changed") };
            menu.push(Action::link(label, "list-details", by("/audit-log?person=")));
        }
    }
    if may.may(Permission::TeamMemberRemoveOther, &place) {
        let (label, icon) = if you { ("Leave team…", "logout") } else { ("Remove from team…", "user-minus") };
        menu.push(Action::dialog(label, icon, at("/remove")).danger());
    }
    MemberRow {
        avatar: Avatar::of(&id, &member.name),
        name: member.name.clone(),
        second: member.email.clone(),
        you,
        role: member.role.name().into(),
        came: member.invited_by.as_ref().map_or_else(|| "Created the team".into(), |by| ["Invited by ", by].concat()),
        since: member.joined_at.into(),
        seen: member.last_seen_at.map(Into::into),
        menu,
    }
}

pub(super) async fn choose_role(may: By<BySlug, permits::ChangeRole>, asked: Asked) -> Result<Response> {
    let form = Form::new().with("role", may.role.name().to_lowercase());
    show_role(&may, asked, form).await
}

async fn show_role(may: &Authorized<permits::ChangeRole>, asked: Asked, form: Form) -> Result<Response> {
    let team = teams::one(&may.read(), may.team).await?.ok_or(Error::NotFound)?;
    let last = may.role == Role::Owner && store::owners(&may.read(), may.team).await? == 1;
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let body = ChangeRole {
        action: format!("/team/{}/members/{}/role", team.slug, may.person),
        back: format!("/team/{}/members", team.slug),
        name: may.name.clone(),
        team: team.name.clone(),
        form,
        roles: role_choices(),
        refusal: last.then(|| format!("{} is the only owner. Make somebody else an owner first.", may.name)),
    };
    let frame = teams::frame(may, &team, "Change role", Section::Members).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

/// The two roles that can be given, explained.
pub fn role_choices() -> Vec<Choice> {
    vec![
        Choice::new("member", "Member").hint("Works on projects and devices. Holds nothing in a product until given a group."),
        Choice::new("owner", "Owner").hint("Everything in the team and in every product, Production included."),
    ]
}

pub(super) async fn change_role(may: By<BySlug, permits::ChangeRole>, asked: Asked, posted: Posted) -> Result<Response> {
    let changed = match Role::parse(posted.get("role")) {
        Some(role) => match actions::change_role(&may, role).await {
            Err(Error::Forbidden { code: "last_owner", message }) => Err(Error::field("role", message)),
            done => done.map(|()| role),
        },
        None => Err(Error::field("role", "Please choose a role.")),
    };
    match posted.or_again(changed)? {
        Ok(role) => {
            let article = if role == Role::Owner { "an Owner" } else { "a Member" };
            let toast = Toast(format!("{} is {article} of {} now.", may.name, may.team_name));
            Ok(done(asked, &format!("/team/{}/members", may.team_slug), Some(toast)))
        }
        Err(form) => show_role(&may, asked, form).await,
    }
}

pub(super) async fn confirm_remove(may: By<BySlug, RemoveMember>, asked: Asked) -> Result<Response> {
    show_remove(&may, asked, None).await
}

async fn show_remove(may: &Authorized<RemoveMember>, asked: Asked, refusal: Option<String>) -> Result<Response> {
    let team = teams::one(&may.read(), may.team).await?.ok_or(Error::NotFound)?;
    let leaving = may.person == may.actor()?.person;
    let last = may.role == Role::Owner && store::owners(&may.read(), may.team).await? == 1;
    let who = if leaving { "You are".to_owned() } else { format!("{} is", may.name) };
    let status = if refusal.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let body = Remove {
        action: format!("/team/{}/members/{}/remove", team.slug, may.person),
        back: format!("/team/{}/members", team.slug),
        name: may.name.clone(),
        team: team.name.clone(),
        leaving,
        ends: vec![
            format!("The role {} in {} ends at once, in every browser and with every token.", may.role, team.name),
            "What was done stays in the audit log.".into(),
            "Coming back takes a new invitation.".into(),
        ],
        refusal: refusal.or_else(|| last.then(|| format!("{who} the only owner of {}. Make somebody else an owner first.", team.name))),
    };
    let frame = teams::frame(may, &team, if leaving { "Leave team" } else { "Remove from team" }, Section::Members).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub(super) async fn remove(may: By<BySlug, RemoveMember>, asked: Asked) -> Result<Response> {
    let leaving = may.person == may.actor()?.person;
    match actions::remove(&may).await {
        Ok(()) if leaving => Ok(done(asked, "/", Some(Toast(format!("You have left {}.", may.team_name))))),
        Ok(()) => {
            let toast = Toast(format!("{} is no longer in {}.", may.name, may.team_name));
            Ok(done(asked, &format!("/team/{}/members", may.team_slug), Some(toast)))
        }
        Err(Error::Refused { message, .. }) => show_remove(&may, asked, Some(message.into_owned())).await,
        Err(error) => Err(error),
    }
}
