//! The pages about people.

use axum::{http::StatusCode, response::Response};

use super::{DeletePerson as DeleteDialog, NewPerson as NewDialog, People, Person, PersonRow, PersonTeam, Standing};
use crate::{
    api::{Params, Query},
    authz::Authorized,
    error::{Error, Result},
    ids::PersonId,
    people::{
        NewPerson, PersonKey, Profile,
        administer::{self, AtFirst, Edits},
        permits::{CreatePerson, DeletePerson, EditPerson, ListPeople, ReadPerson},
    },
    settings::store::{self, Stretch},
    teams::{self, administration_frame},
    ui::{Action, Asked, Avatar, Dialog, Form, Html, Posted, Section, Signal, Toast, done},
};

/// How many rows a page shows at once.
pub(super) const STRETCH: i64 = 50;

/// A stretch of a list, as it stands in the page's address.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub(in crate::settings) struct Sought {
    search: String,
    before: String,
}

impl Params for Sought {
    const NAMES: &'static [(&'static str, &'static str)] =
        &[("search", "only what contains this"), ("before", "the next stretch, before this one")];
}

impl Sought {
    /// The last one of the stretch before.
    pub(super) fn last<T: std::str::FromStr>(&self) -> Result<Option<T>> {
        match self.before.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Error::field("before", "This is not an id.")),
        }
    }

    /// The address of the stretch after this one, if it is full.
    pub(super) fn more<T>(&self, path: &str, found: &[T], id: impl Fn(&T) -> String) -> Option<String> {
        let full = i64::try_from(found.len()).is_ok_and(|length| length >= STRETCH);
        let last = found.last().filter(|_| full).map(id)?;
        let set = [("search", self.search.as_str()), ("before", last.as_str())].into_iter().filter(|(_, value)| !value.is_empty());
        Some(format!("{path}?{}", serde_html_form::to_string(set.collect::<Vec<_>>()).unwrap_or_default()))
    }
}

fn standing(person: &Profile) -> Standing {
    Standing {
        administrator: person.administrator,
        unverified: !person.email_verified,
        suspended: person.suspended,
        password_expired: person.password_expired,
    }
}

/// What an administrator may do about somebody; `only`: who runs the instance alone, and cannot stop.
fn actions(person: &Profile, own: bool, only: Option<PersonId>, mail: bool) -> Vec<Action> {
    let stays = only == Some(person.id);
    let at = |what: &str| format!("/admin/people/{}/{what}", person.id);
    let mut actions = vec![];
    if !person.email_verified {
        actions.push(Action::post("Confirm the address", "user-check", at("verify")));
    }
    if person.suspended {
        actions.push(Action::post("End the suspension", "user-check", at("unsuspend")));
    } else {
        let label = if mail { "Mail a link to a new password" } else { "Make a link to a new password" };
        actions.push(Action::post(label, "key", at("reset-password")));
        if person.password_expired {
            actions.push(Action::post("Ask for no new password", "lock-open", at("keep-password")));
        } else if !own {
            actions.push(Action::post("Ask for a new password", "lock", at("expire-password")));
        }
        if !person.administrator {
            actions.push(Action::post("Make administrator", "user-shield", at("promote")));
        }
    }
    if !own {
        actions.push(Action::post("End all sessions", "logout", at("end-sessions")));
    }
    actions.push(Action::link("See what happened", "list-details", format!("/admin/log?object={}", person.id)));
    if person.administrator && !stays {
        actions.push(Action::post("Take administration away", "user-minus", at("demote")).danger());
    }
    if !own && !stays {
        if !person.suspended {
            actions.push(Action::post("Suspend", "ban", at("suspend")).danger());
        }
        actions.push(Action::dialog("Delete…", "trash", at("delete")).danger());
    }
    actions
}

pub(in crate::settings) async fn list(may: Authorized<ListPeople>, Query(sought): Query<Sought>) -> Result<Html<People>> {
    let found = store::people(&may.read(), &sought.search, Stretch::Before(sought.last::<PersonId>()?), STRETCH).await?;
    let (me, mail) = (may.actor()?.person, may.app().config.has_mail());
    let only = store::only_administrator(&may.read()).await?;
    let more = sought.more("/admin/people", &found, |row| row.id.to_string());
    let people = found.into_iter().map(|row| {
        let teams = row.teams.unsigned_abs();
        let person = Profile::from(row);
        PersonRow {
            href: format!("/admin/people/{}", person.id),
            avatar: Avatar::of(&person.id.to_string(), &person.name),
            second: format!("{} · {}", person.username, person.email),
            you: person.id == me,
            standing: standing(&person),
            teams,
            created: person.created_at.into(),
            seen: person.last_seen_at.map(Into::into),
            menu: actions(&person, person.id == me, only, mail),
            name: person.name,
        }
    });
    Ok(Html(People {
        frame: administration_frame(&may, "People", Section::People).await?,
        people: people.collect(),
        more,
        total: store::count_people(&may.read(), "").await?,
        search: sought.search,
    }))
}

pub(in crate::settings) async fn read(may: Authorized<ReadPerson>) -> Result<Response> {
    show(&may, None).await
}

async fn show(may: &Authorized<ReadPerson>, reset_link: Option<String>) -> Result<Response> {
    let own = may.actor()?.person == may.id;
    let only = store::only_administrator(&may.read()).await?;
    let teams = teams::of_person(&may.read(), may.id).await?.into_iter().map(|team| PersonTeam {
        signal: Signal::of(&team.id.to_string()),
        name: team.name,
        slug: team.slug,
        role: team.role.name().into(),
    });
    let page = Person {
        frame: administration_frame(may, &may.name, Section::People).await?,
        avatar: Avatar::of(&may.id.to_string(), &may.name),
        name: may.name.clone(),
        username: may.username.clone(),
        email: may.email.clone(),
        standing: standing(may),
        created: may.created_at.into(),
        seen: may.last_seen_at.map(Into::into),
        sessions: store::count_sessions(&may.read(), may.id, may.now()).await?,
        teams: teams.collect(),
        actions: actions(may, own, only, may.app().config.has_mail()),
        alone: only == Some(may.id),
        reset_link,
    };
    Ok(Html(page).with(StatusCode::OK))
}

async fn edit(may: Authorized<EditPerson>, asked: Asked, edits: Edits, told: &str) -> Result<Response> {
    let person = administer::edit(&may, &edits).await?;
    Ok(done(asked, &format!("/admin/people/{}", person.id), Some(Toast(format!("{} {told}", person.name)))))
}

pub(in crate::settings) async fn verify(may: Authorized<EditPerson>, asked: Asked) -> Result<Response> {
    edit(may, asked, Edits { verified: Some(true), ..Edits::default() }, "has a confirmed address now.").await
}

pub(in crate::settings) async fn suspend(may: Authorized<EditPerson>, asked: Asked) -> Result<Response> {
    edit(may, asked, Edits { suspended: Some(true), ..Edits::default() }, "is suspended and signed out everywhere.").await
}

pub(in crate::settings) async fn resume(may: Authorized<EditPerson>, asked: Asked) -> Result<Response> {
    edit(may, asked, Edits { suspended: Some(false), ..Edits::default() }, "may sign in again.").await
}

pub(in crate::settings) async fn expire_password(may: Authorized<EditPerson>, asked: Asked) -> Result<Response> {
    edit(may, asked, Edits { password_expired: Some(true), ..Edits::default() }, "has to choose a new password now.").await
}

pub(in crate::settings) async fn keep_password(may: Authorized<EditPerson>, asked: Asked) -> Result<Response> {
    edit(may, asked, Edits { password_expired: Some(false), ..Edits::default() }, "may keep the password.").await
}

pub(in crate::settings) async fn promote(may: Authorized<EditPerson>, asked: Asked) -> Result<Response> {
    edit(may, asked, Edits { administrator: Some(true), ..Edits::default() }, "is an administrator now.").await
}

pub(in crate::settings) async fn demote(may: Authorized<EditPerson>, asked: Asked) -> Result<Response> {
    let own = may.actor()?.person == may.id;
    let edits = Edits { administrator: Some(false), ..Edits::default() };
    if own {
        // The page of the person is no longer theirs to see.
        administer::edit(&may, &edits).await?;
        return Ok(done(asked, "/account", Some(Toast("You are no longer an administrator.".into()))));
    }
    edit(may, asked, edits, "is no longer an administrator.").await
}

pub(in crate::settings) async fn reset_password(may: Authorized<EditPerson>, asked: Asked) -> Result<Response> {
    match administer::reset_password(&may).await? {
        None => Ok(done(
            asked,
            &format!("/admin/people/{}", may.id),
            Some(Toast(format!("A link to a new password is on its way to {}.", may.name))),
        )),
        Some(link) => show(&may.on::<ReadPerson>(&PersonKey::of(may.id)).await?, Some(link)).await,
    }
}

pub(in crate::settings) async fn end_sessions(may: Authorized<EditPerson>, asked: Asked) -> Result<Response> {
    let toast = match administer::end_sessions(&may).await? {
        0 => format!("{} was signed in nowhere.", may.name),
        1 => format!("The session of {} was ended.", may.name),
        count => format!("{count} sessions of {} were ended.", may.name),
    };
    Ok(done(asked, &format!("/admin/people/{}", may.id), Some(Toast(toast))))
}

pub(in crate::settings) async fn new(may: Authorized<CreatePerson>, asked: Asked) -> Result<Response> {
    show_new(&may, asked, Form::new().with("renew", "on")).await
}

async fn show_new(may: &Authorized<CreatePerson>, asked: Asked, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = administration_frame(may, "New person", Section::People).await?;
    Ok(Dialog { asked, frame, body: NewDialog { form } }.with(status))
}

pub(in crate::settings) async fn create(may: Authorized<CreatePerson>, asked: Asked, posted: Posted) -> Result<Response> {
    let new = NewPerson::parse(posted.get("username"), posted.get("name"), posted.get("email"), posted.get("password"));
    let created = match new {
        Ok(new) => administer::create(&may, new, AtFirst { administrator: false, password_expired: posted.has("renew") }).await,
        Err(error) => Err(error),
    };
    match posted.or_again(created)? {
        Ok(person) => Ok(done(asked, &format!("/admin/people/{}", person.id), Some(Toast(format!("{} has an account now.", person.name))))),
        Err(form) => show_new(&may, asked, form).await,
    }
}

pub(in crate::settings) async fn confirm_delete(may: Authorized<DeletePerson>, asked: Asked) -> Result<Response> {
    show_delete(&may, asked, Form::new()).await
}

async fn show_delete(may: &Authorized<DeletePerson>, asked: Asked, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let refusals = administer::refusals(may).await?;
    let body = DeleteDialog { id: may.id.to_string(), name: may.name.clone(), username: may.username.clone(), form, refusals };
    let frame = administration_frame(may, &format!("Delete {}", may.name), Section::People).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub(in crate::settings) async fn delete(may: Authorized<DeletePerson>, asked: Asked, posted: Posted) -> Result<Response> {
    if posted.get("confirm").trim() != may.username {
        let form = Form::new().with("confirm", posted.get("confirm")).wrong("confirm", format!("Please type {} to confirm.", may.username));
        return show_delete(&may, asked, form).await;
    }
    match posted.or_again(administer::delete(&may).await)? {
        Ok(()) => Ok(done(asked, "/admin/people", Some(Toast(format!("The account of {} was deleted.", may.name))))),
        Err(form) => show_delete(&may, asked, form).await,
    }
}
