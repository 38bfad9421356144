//! The pages of a team itself: creating it, its first page, its settings.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::{
    BySlug, Changes, NewTeam, actions,
    frame::{account_frame, frame},
    permits::{ChangeTeam, CreateTeam, DeleteTeam, EnterTeam, ReadTeam},
    store,
};
use crate::{
    api::{Params, Query},
    audit::{self, Chain, read::Wanted},
    authz::{Authorized, By, Permission, Resource},
    error::{Error, Result},
    text::{Name, Slug},
    ui::{Asked, Avatar, Dialog, Entry, Form, Frame, Html, Moment, Posted, Section, Signal, Toast, done},
};

/// A new team.
#[derive(Template)]
#[template(path = "teams/templates/create.html")]
pub struct Create {
    /// Around it.
    pub frame: Frame,
    /// Fields `name`, `slug`.
    pub form: Form,
    /// What a team's address begins with: `https://burgee.example/team/`.
    pub address: String,
}

/// The same as the second step of the set-up.
#[derive(Template)]
#[template(path = "teams/templates/create_first.html")]
pub struct CreateFirst {
    /// Around it.
    pub frame: Frame,
    /// Fields `name`, `slug`.
    pub form: Form,
    /// What a team's address begins with.
    pub address: String,
}

/// Fragment under the slug while one types.
#[derive(Template)]
#[template(path = "teams/templates/_slug_check.html")]
pub struct SlugCheck {
    /// The slug in question, or the one derived from the name; empty if there is nothing yet.
    pub slug: String,
    /// What is wrong with it and which to try instead; none if it is free.
    pub problem: Option<String>,
}

/// The first page of a team.
#[derive(Template)]
#[template(path = "teams/templates/overview.html")]
pub struct Overview {
    /// Around it.
    pub frame: Frame,
    /// Slug of the team.
    pub slug: String,
    /// Mark of the team.
    pub signal: Signal,
    /// The reader's role.
    pub role: String,
    /// When the team was created.
    pub created: Moment,
    /// How many Owners.
    pub owners: u64,
    /// How many Members, Owners not counted.
    pub members: u64,
    /// How many Guests.
    pub guests: u64,
    /// Open invitations; none if the reader may not see them.
    pub invitations: Option<u64>,
    /// Whether the reader may invite.
    pub may_invite: bool,
    /// The first few people, Owners first.
    pub people: Vec<Face>,
    /// What happened lately; none if the reader may not see the audit log.
    pub lately: Option<Vec<Entry>>,
}

/// A person on the first page.
pub struct Face {
    /// Round mark.
    pub avatar: Avatar,
    /// Shown name.
    pub name: String,
    /// "Owner" or "Member".
    pub role: String,
    /// Last request of any of their sessions.
    pub seen: Option<Moment>,
}

/// Name, slug, and the end of a team.
#[derive(Template)]
#[template(path = "teams/templates/settings.html")]
pub struct Settings {
    /// Around it.
    pub frame: Frame,
    /// Fields `name`, `slug`.
    pub form: Form,
    /// The slug now.
    pub slug: String,
    /// Mark of the team.
    pub signal: Signal,
    /// What a team's address begins with.
    pub address: String,
    /// Whether the reader may delete it.
    pub may_delete: bool,
}

/// Dialog: the end of a team.
#[derive(Template)]
#[template(path = "teams/templates/_delete.html")]
pub struct Delete {
    /// Field `confirm`.
    pub form: Form,
    /// Name of the team, to be typed.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// How many people lose their role.
    pub people: u64,
    /// What the team still owns, so that it cannot be deleted: "6 projects".
    pub left: Vec<String>,
}

/// Form for a new team: the second step of the set-up for somebody who has none.
pub(super) async fn new(may: Authorized<CreateTeam>) -> Result<Response> {
    show_form(&may, Form::new()).await
}

async fn show_form(may: &Authorized<CreateTeam>, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = account_frame(may, "Create a team", None).await?;
    let address = may.app().config.url("/team/");
    let actor = may.actor()?;
    let first = actor.administrator && store::count(&may.read()).await? == 0;
    Ok(if first { Html(CreateFirst { frame, form, address }).with(status) } else { Html(Create { frame, form, address }).with(status) })
}

pub(super) async fn create(may: Authorized<CreateTeam>, asked: Asked, posted: Posted) -> Result<Response> {
    let created = match NewTeam::parse(posted.get("name"), posted.get("slug")) {
        Ok(new) => actions::create(&may, &new).await,
        Err(error) => Err(error),
    };
    match posted.or_again(created)? {
        Ok(team) => {
            Ok(done(asked, &format!("/team/{}/overview", team.slug), Some(Toast(format!("{} is there. You are its owner.", team.name)))))
        }
        Err(form) => show_form(&may, form).await,
    }
}

/// What is being typed.
#[derive(serde::Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    slug: String,
    #[serde(default)]
    name: String,
}

impl Params for Typed {
    const NAMES: &'static [(&'static str, &'static str)] =
        &[("slug", "the slug as typed"), ("name", "the name it is made of if there is none")];
}

pub(super) async fn check(may: Authorized<CreateTeam>, Query(typed): Query<Typed>) -> Result<Html<SlugCheck>> {
    let parsed = match typed.slug.trim() {
        "" if typed.name.trim().is_empty() => return Ok(Html(SlugCheck { slug: String::new(), problem: None })),
        "" => Name::parse(&typed.name).and_then(|name| Slug::from_name(&name)),
        slug => Slug::parse(slug),
    };
    let checked = match parsed {
        Ok(slug) => match actions::check_slug(&may.read(), &slug, None).await {
            Ok(()) => SlugCheck { slug: slug.to_string(), problem: None },
            Err(Error::Invalid(fields)) => SlugCheck { slug: slug.to_string(), problem: fields.0.values().next().map(ToString::to_string) },
            Err(error) => return Err(error),
        },
        Err(why) => SlugCheck { slug: typed.slug, problem: Some(why.into_owned()) },
    };
    Ok(Html(checked))
}

pub(super) async fn first(may: By<BySlug, EnterTeam>, asked: Asked) -> Result<Response> {
    Ok(done(asked, &format!("/team/{}/overview", may.slug), None))
}

/// The first page of a team. A Guest finds the products there instead.
pub(super) async fn overview(may: By<BySlug, EnterTeam>, asked: Asked) -> Result<Response> {
    if !may.also::<ReadTeam>(&may) {
        return Ok(done(asked, &format!("/team/{}/products", may.slug), None));
    }
    let counts = store::counts(&may.read(), may.id, may.now()).await?;
    let faces = store::faces(&may.read(), may.id).await?;
    let mine = faces.iter().find(|face| Some(face.person) == may.person().map(|actor| actor.person));
    let manages = may.may(Permission::TeamMemberInvite, &may.place());
    let lately = match may.may(Permission::TeamAuditRead, &may.place()) {
        true => {
            let events = audit::read::list(&may.read(), Chain::Team(may.id), &Wanted::default(), 8).await?;
            Some(events.iter().map(Into::into).collect())
        }
        false => None,
    };
    let page = Overview {
        frame: frame(&may, &may, "Overview", Section::Overview).await?,
        slug: may.slug.clone(),
        signal: Signal::of(&may.id.to_string()),
        role: mine.map_or("Administrator", |face| face.role.name()).into(),
        created: may.created_at.into(),
        owners: counts.owners.unsigned_abs(),
        members: counts.members.unsigned_abs(),
        guests: counts.guests.unsigned_abs(),
        invitations: manages.then_some(counts.invitations.unsigned_abs()),
        may_invite: manages,
        people: faces
            .into_iter()
            .map(|face| Face {
                avatar: Avatar::of(&face.person.to_string(), &face.name),
                name: face.name,
                role: face.role.name().into(),
                seen: face.last_seen_at.map(Into::into),
            })
            .collect(),
        lately,
    };
    Ok(Html(page).with(StatusCode::OK))
}

pub(super) async fn settings(may: By<BySlug, ChangeTeam>) -> Result<Response> {
    let form = Form::new().with("name", &may.name).with("slug", &may.slug);
    show_settings(&may, form).await
}

async fn show_settings(may: &Authorized<ChangeTeam>, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Settings {
        frame: frame(may, may, "Team settings", Section::TeamSettings).await?,
        form,
        slug: may.slug.clone(),
        signal: Signal::of(&may.id.to_string()),
        address: may.app().config.url("/team/"),
        may_delete: may.also::<DeleteTeam>(may),
    };
    Ok(Html(page).with(status))
}

pub(super) async fn change(may: By<BySlug, ChangeTeam>, asked: Asked, posted: Posted) -> Result<Response> {
    let changed = match Changes::parse(Some(posted.get("name")), Some(posted.get("slug"))) {
        Ok(changes) => actions::change(&may, &changes).await,
        Err(error) => Err(error),
    };
    match posted.or_again(changed)? {
        Ok(team) => Ok(done(asked, &format!("/team/{}/settings", team.slug), Some(Toast("The team’s settings were saved.".into())))),
        Err(form) => show_settings(&may, form).await,
    }
}

pub(super) async fn confirm_delete(may: By<BySlug, DeleteTeam>, asked: Asked) -> Result<Response> {
    show_delete(&may, asked, Form::new()).await
}

async fn show_delete(may: &Authorized<DeleteTeam>, asked: Asked, form: Form) -> Result<Response> {
    let counts = store::counts(&may.read(), may.id, may.now()).await?;
    let people = (counts.owners + counts.members + counts.guests).unsigned_abs();
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let body = Delete { form, name: may.name.clone(), slug: may.slug.clone(), people, left: actions::left(&may.read(), may.id).await? };
    let frame = frame(may, may, &format!("Delete {}", may.name), Section::TeamSettings).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub(super) async fn delete(may: By<BySlug, DeleteTeam>, asked: Asked, posted: Posted) -> Result<Response> {
    if posted.get("confirm").trim() != may.name {
        let form = Form::new().with("confirm", posted.get("confirm")).wrong("confirm", format!("Please type {} to confirm.", may.name));
        return show_delete(&may, asked, form).await;
    }
    actions::delete(&may).await?;
    Ok(done(asked, "/", Some(Toast(format!("{} was deleted.", may.name)))))
}
