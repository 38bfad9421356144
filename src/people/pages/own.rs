//! Profile, teams, log and end of one's own account.

use axum::response::Response;

use super::{
    account::{AccountLog, DeleteAccount, Profile},
    status, with_cookie,
};
use crate::{
    api::{Params, Query},
    audit::{self, Chain, read::Wanted},
    authn::session,
    authz::{Authorized, By},
    error::{Error, Result},
    people::{
        Changes, Own, PersonKey, actions,
        permits::{DeleteAccount as Delete, EditAccount, ManageCredentials, ReadAccount},
        store::links::{self, Link},
    },
    teams::{self, account_frame},
    text::EmailAddress,
    ui::{Asked, Choice, Dialog, Form, Html, Log, Posted, Section, Toast, days, done},
};

/// The three forms of the page.
#[derive(Default)]
struct Forms {
    profile: Option<Form>,
    email: Option<Form>,
    team: Option<Form>,
}

async fn show(may: &Authorized<ReadAccount>, forms: Forms) -> Result<Response> {
    let db = may.read();
    let given = [&forms.profile, &forms.email, &forms.team].into_iter().flatten().next().map_or(axum::http::StatusCode::OK, status);
    let mine = teams::of_person(&db, may.id).await?;
    let chosen = may.default_team.map(|team| team.to_string()).unwrap_or_default();
    let page = Profile {
        frame: account_frame(may, "Profile", Some(Section::Profile)).await?,
        form: forms.profile.unwrap_or_else(|| Form::new().with("name", &may.name).with("username", &may.username)),
        email_form: forms.email.unwrap_or_default(),
        email: may.email.clone(),
        verified: may.email_verified || !may.app().config.has_mail(),
        waiting: links::waiting(&db, Link::NewEmail, may.id, may.now()).await?,
        team_form: forms.team.unwrap_or_else(|| Form::new().with("team", chosen)),
        teams: mine.into_iter().map(|team| Choice::new(team.id.to_string(), team.name)).collect(),
    };
    Ok(Html(page).with(given))
}

pub async fn profile(may: By<Own, ReadAccount>) -> Result<Response> {
    show(&may, Forms::default()).await
}

/// The page again, from a witness for something else about the same account.
async fn again<P: crate::authz::Permit<On = crate::people::Account>>(may: &Authorized<P>, forms: Forms) -> Result<Response> {
    show(&may.on::<ReadAccount>(&PersonKey::of(may.id)).await?, forms).await
}

pub async fn change(may: By<Own, EditAccount>, asked: Asked, posted: Posted) -> Result<Response> {
    let changed = match Changes::parse(Some(posted.get("name")), Some(posted.get("username")), None) {
        Ok(changes) => actions::change(&may, &changes).await,
        Err(error) => Err(error),
    };
    match posted.or_again(changed)? {
        Err(form) => again(&may, Forms { profile: Some(form), ..Forms::default() }).await,
        Ok(_) => Ok(done(asked, "/account", Some(Toast("Your profile was saved.".into())))),
    }
}

pub async fn default_team(may: By<Own, EditAccount>, asked: Asked, posted: Posted) -> Result<Response> {
    let changed = match Changes::parse(None, None, Some(posted.get("team"))) {
        Ok(changes) => actions::change(&may, &changes).await,
        Err(error) => Err(error),
    };
    match posted.or_again(changed)? {
        Err(mut form) => {
            // The page calls the field by a shorter name.
            if let Some(wrong) = form.errors.remove("defaultTeam") {
                form = form.wrong("team", wrong);
            }
            again(&may, Forms { team: Some(form), ..Forms::default() }).await
        }
        Ok(_) => Ok(done(asked, "/account", Some(Toast("Your default team was saved.".into())))),
    }
}

pub async fn change_email(may: By<Own, ManageCredentials>, asked: Asked, posted: Posted) -> Result<Response> {
    let changed = match EmailAddress::parse(posted.get("email")) {
        Ok(email) => actions::change_email(&may, &email, posted.get("password")).await,
        Err(why) => Err(Error::field("email", why)),
    };
    match posted.or_again(changed)? {
        Err(form) => again(&may, Forms { email: Some(form), ..Forms::default() }).await,
        Ok(waits) => {
            let toast = if waits { "A link is on its way to the new address." } else { "Your address was saved." };
            Ok(done(asked, "/account", Some(Toast(toast.into()))))
        }
    }
}

/// From where on.
#[derive(serde::Deserialize)]
pub struct Older {
    before: Option<i64>,
}

impl Params for Older {
    const NAMES: &'static [(&'static str, &'static str)] = &[("before", "only events before this position")];
}

/// How many events at once.
const STRETCH: usize = 50;

pub async fn log(may: By<Own, ReadAccount>, Query(query): Query<Older>) -> Result<Html<AccountLog>> {
    let wanted = Wanted { object: Some(may.id.0), before: query.before, ..Wanted::default() };
    let mut events = audit::read::list(&may.read(), Chain::Platform, &wanted, 51).await?;
    let more = events.len() > STRETCH;
    events.truncate(STRETCH);
    // From where an administrator did something is not this person's to know.
    for event in events.iter_mut().filter(|event| event.actor.is_some_and(|actor| actor != may.id)) {
        event.address = None;
    }
    let older = events.last().filter(|_| more).map(|event| format!("/account/log?before={}", event.position));
    let log = Log { path: "/account/log".into(), days: days(&events, may.now()), older, ..Log::default() };
    Ok(Html(AccountLog { frame: account_frame(&may, "Account log", Some(Section::AccountLog)).await?, log }))
}

async fn show_delete(may: &Authorized<Delete>, asked: Asked, form: Form) -> Result<Response> {
    let status = status(&form);
    let refusals = actions::refusals(&may.read(), may).await?;
    let frame = account_frame(may, "Delete your account", Some(Section::Profile)).await?;
    Ok(Dialog { asked, frame, body: DeleteAccount { form, username: may.username.clone(), refusals } }.with(status))
}

pub async fn confirm_delete(may: By<Own, Delete>, asked: Asked) -> Result<Response> {
    show_delete(&may, asked, Form::new()).await
}

pub async fn delete(may: By<Own, Delete>, asked: Asked, posted: Posted) -> Result<Response> {
    let deleted = actions::delete(&may, posted.get("confirm"), posted.get("password")).await;
    match posted.or_again(deleted)? {
        Err(form) => show_delete(&may, asked, form).await,
        Ok(()) => {
            let forget = session::sign_out_cookie(may.app().config.is_https());
            Ok(with_cookie(done(asked, "/sign-in", Some(Toast("Your account was deleted.".into()))), &forget))
        }
    }
}
