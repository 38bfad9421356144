//! The frame of every page for somebody who is signed in: their teams, and where they may go from here.

use super::{Team, store};
use crate::{
    authn::{Actor, Client},
    authz::{Authorized, Grants, Kind, Permission, Permit, Place, Resource, decide},
    clock::Time,
    db::Reader,
    error::Result,
    ui::{Action, Avatar, Frame, Me, NavItem, Notice, Section, Signal, Theme},
};

/// The sections of a team that somebody may open.
fn sections(may: impl Fn(Permission) -> bool) -> Vec<Section> {
    let sections = [
        (Section::Overview, Permission::TeamRead),
        (Section::Products, Permission::TeamProductList),
        (Section::Members, Permission::TeamMemberList),
        (Section::ServiceAccounts, Permission::ServiceAccountList),
        (Section::Roles, Permission::TeamRead),
        (Section::AuditLog, Permission::TeamAuditRead),
        (Section::TeamTransfer, Permission::TeamTransfer),
        (Section::TeamSettings, Permission::TeamSettingsManage),
    ];
    sections.into_iter().filter(|(_, permission)| may(*permission)).map(|(section, _)| section).collect()
}

/// The frame of a page in a team.
pub async fn frame<P: Permit>(may: &Authorized<P>, team: &Team, title: &str, here: Section) -> Result<Frame> {
    let db = may.read();
    let mut frame = about(&db, may.actor()?, may.client(), may.now(), title, Some(team)).await?;
    frame.may_create_team = may.may(Permission::TeamCreate, &Place::PLATFORM);
    let shown = sections(|permission| may.may(permission, &team.place()));
    frame.nav = NavItem::team(&team.slug, &shown, Some(here), Some(store::count_members(&db, team.id).await?));
    if team.suspended {
        let text = "This team is suspended: nothing can be started or created in it until an administrator ends that.".into();
        frame.notices.push(Notice { text, action: None });
    }
    Ok(frame)
}

/// The frame of a page about one's own account.
pub async fn account_frame<P: Permit>(may: &Authorized<P>, title: &str, here: Option<Section>) -> Result<Frame> {
    let mut frame = outside(&may.read(), may.actor()?, may.client(), may.now(), title).await?;
    frame.nav = NavItem::account(here);
    Ok(frame)
}

/// The frame of a page of the administration.
pub async fn administration_frame<P: Permit>(may: &Authorized<P>, title: &str, here: Section) -> Result<Frame> {
    let mut frame = outside(&may.read(), may.actor()?, may.client(), may.now(), title).await?;
    frame.nav = NavItem::administration(Some(here));
    Ok(frame)
}

/// The frame of a page that everybody may see: filled if somebody is signed in.
pub async fn anyone_frame(anyone: &crate::authz::Anyone, title: &str) -> Result<Frame> {
    match &anyone.actor {
        Some(actor) => {
            let mut frame = outside(&anyone.read(), actor, Some(&anyone.client), anyone.client.now, title).await?;
            frame.nav = NavItem::account(None);
            Ok(frame)
        }
        None => Ok(blank(title, Some(&anyone.client))),
    }
}

/// The frame of a page that says what went wrong: where somebody may go from where they stand.
pub async fn lost_frame(anyone: &crate::authz::Anyone, title: &str) -> Result<Frame> {
    let Some(actor) = &anyone.actor else { return Ok(blank(title, Some(&anyone.client))) };
    let (db, here) = (anyone.read(), anyone.client.here.as_str());
    let mine = store::of_person(&db, actor.person).await?;
    let mut segments = here.split(['/', '?']).skip(1);
    let area = segments.next().unwrap_or_default();
    let slug = segments.next().filter(|_| area == "team").unwrap_or_default();
    let team = match mine.iter().find(|team| team.slug == slug) {
        Some(team) => store::one(&db, team.id).await?,
        None => None,
    };
    let mut frame = about(&db, actor, Some(&anyone.client), anyone.client.now, title, team.as_ref()).await?;
    frame.may_create_team = may_create_team(&db, actor).await?;
    let shown = frame.team.as_ref().and_then(|shown| mine.iter().find(|team| team.slug == shown.slug));
    frame.nav = match shown {
        _ if area == "admin" && actor.administrator => NavItem::administration(None),
        Some(team) if area != "account" => {
            let place = Place::in_team(Kind::Team, team.id);
            let grants = Grants::load(&db, actor.person, &place, Some(&actor.credential), anyone.app().config.has_mail()).await?;
            let shown = sections(|permission| decide(&grants, permission, &place).allows());
            NavItem::team(&team.slug, &shown, None, Some(team.members.unsigned_abs()))
        }
        _ => NavItem::account(None),
    };
    Ok(frame)
}

async fn may_create_team(db: &Reader, actor: &Actor) -> Result<bool> {
    let grants = Grants::load(db, actor.person, &Place::PLATFORM, Some(&actor.credential), false).await?;
    Ok(decide(&grants, Permission::TeamCreate, &Place::PLATFORM).allows())
}

/// The frame of a page in no team.
async fn outside(db: &Reader, actor: &Actor, client: Option<&Client>, now: Time, title: &str) -> Result<Frame> {
    let mut frame = about(db, actor, client, now, title, None).await?;
    frame.may_create_team = may_create_team(db, actor).await?;
    Ok(frame)
}

async fn about(db: &Reader, actor: &Actor, client: Option<&Client>, now: Time, title: &str, current: Option<&Team>) -> Result<Frame> {
    let mut frame = blank(title, client);
    frame.me = Some(Me {
        name: actor.name.clone(),
        username: actor.username.clone(),
        avatar: Avatar::of(&actor.person.to_string(), &actor.name),
        administrator: actor.administrator,
    });
    let mine = store::names_of_person(db, actor.person).await?;
    let at = current.map(|team| team.id).or(actor.default_team).or(mine.first().map(|team| team.id));
    frame.teams = mine
        .iter()
        .map(|team| crate::ui::Team {
            name: team.name.clone(),
            slug: team.slug.clone(),
            role: team.role.name().into(),
            signal: Signal::of(&team.id.to_string()),
            current: Some(team.id) == at,
        })
        .collect();
    frame.team = frame.teams.iter().find(|team| team.current).cloned();
    if let Some(team) = current
        && frame.team.is_none()
    {
        let signal = Signal::of(&team.id.to_string());
        let here =
            crate::ui::Team { name: team.name.clone(), slug: team.slug.clone(), role: "Administrator".into(), signal, current: true };
        frame.team = Some(here);
    }
    frame.open_invitations = store::open_invitations(db, actor.person, if actor.verified { &actor.email } else { "" }, now).await?;
    if actor.password_expired {
        let text = "An administrator asks you to choose a new password. Until then, only your account can be used.".into();
        let elsewhere = !frame.here.starts_with("/account/security");
        let action = elsewhere.then(|| Action::link("Change password", "key", "/account/security"));
        frame.notices.push(Notice { text, action });
    }
    if !actor.verified {
        let text = "Your e-mail address is not confirmed yet. The link is in your mailbox.".into();
        let action = Some(Action::post("Send it again", "mail", "/account/verify-again"));
        frame.notices.push(Notice { text, action });
    }
    Ok(frame)
}

/// A frame for nobody in particular, in the appearance that the browser asks for.
fn blank(title: &str, client: Option<&Client>) -> Frame {
    let mut frame = Frame::new(title);
    if let Some(client) = client {
        frame.theme = Theme::parse(&client.theme);
        frame.here = client.here.clone();
    }
    frame
}
