//! The instance as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    actions,
    permits::{ChangeSettings, ReadAdministration, SendMailAgain},
    store,
};
use crate::{
    api::{Body, Json, Meta, Okay, Page, Query},
    authz::{Anyone, Authorized, Grants, Permission, Place, decide},
    error::{Error, Fields, Result},
    invitations::{self, api::Invitations},
    mail,
    platform::{self, Value},
};

/// The settings, as far as the reader may see them: somebody who is not signed in sees what concerns signing in and up, administrators see all
/// as it is set.
#[derive(Default, Serialize, ToSchema)]
pub struct SettingsView {
    /// What is switched on besides.
    features: BTreeMap<String, bool>,
    /// Whether people may open an account; while there is no mail they cannot.
    #[serde(rename = "user:signup")]
    sign_up: bool,
    /// Whether people may reset their password; while there is no mail they cannot.
    #[serde(rename = "user:reset-password")]
    reset_password: bool,
    /// Whether people agree to the terms when they open an account.
    #[serde(rename = "user:tcs-required")]
    terms_required: bool,
    /// Where the terms are.
    #[serde(rename = "user:tcs-url")]
    terms_url: String,
    /// For people who are signed in: whether everybody may create teams.
    #[serde(rename = "team:create", skip_serializing_if = "Option::is_none")]
    create_teams: Option<bool>,
    /// For people who are signed in: whether people without an account may be invited.
    #[serde(rename = "team:user:invite:external", skip_serializing_if = "Option::is_none")]
    invite_external: Option<bool>,
    /// For people who are signed in: whether there is mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<bool>,
    /// For people who are signed in: the instance's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    base_url: Option<String>,
    /// For administrators: whether people who sign up get a team of their own.
    #[serde(rename = "user:team:auto-create", skip_serializing_if = "Option::is_none")]
    team_for_new_people: Option<bool>,
    /// For administrators: the version that runs.
    #[serde(rename = "version:burgee", skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
}

pub(super) async fn read(anyone: Anyone) -> Result<Json<SettingsView>> {
    let (db, config) = (anyone.read(), &anyone.app().config);
    let (settings, mail) = (platform::load(&db).await?, config.has_mail());
    let mut view = SettingsView {
        sign_up: settings.sign_up && mail,
        reset_password: settings.reset_password && mail,
        terms_required: settings.terms_required,
        terms_url: settings.terms_url.clone(),
        ..SettingsView::default()
    };
    let Some(actor) = &anyone.actor else { return Ok(Json(view)) };
    view.create_teams = Some(settings.create_teams);
    view.invite_external = Some(settings.invite_external && mail);
    view.email = Some(mail);
    view.base_url = Some(config.public_url.to_string());
    let grants = Grants::load(&db, actor.person, &Place::PLATFORM, Some(&actor.credential), mail).await?;
    if decide(&grants, Permission::PlatformRead, &Place::PLATFORM).allows() {
        view.sign_up = settings.sign_up;
        view.reset_password = settings.reset_password;
        view.invite_external = Some(settings.invite_external);
        view.team_for_new_people = Some(settings.team_for_new_people);
        view.version = Some(env!("CARGO_PKG_VERSION"));
    }
    Ok(Json(view))
}

/// Settings to be changed, by their keys: `true`, `false` or a text.
#[derive(Deserialize, ToSchema)]
pub struct SettingsBody(BTreeMap<String, serde_json::Value>);

impl SettingsBody {
    /// Every key must exist and every value be of its kind; all mistakes are named at once.
    fn values(self) -> Result<Vec<(String, Value)>> {
        let known = platform::Settings::default();
        let mut fields = Fields::default();
        let mut values = vec![];
        for (key, value) in self.0 {
            match (known.get(&key), value) {
                (Some(Value::Switch(_)), serde_json::Value::Bool(on)) => values.push((key, Value::Switch(on))),
                (Some(Value::Text(_)), serde_json::Value::String(text)) => values.push((key, Value::Text(text.trim().to_owned()))),
                (Some(Value::Switch(_)), _) => fields.add(key, "must be true or false"),
                (Some(Value::Text(_)), _) => fields.add(key, "must be a text"),
                (None, _) => fields.add(key, "unknown setting"),
            }
        }
        if fields.0.is_empty() { Ok(values) } else { Err(fields.into()) }
    }
}

pub(super) async fn change(may: Authorized<ChangeSettings>, Body(body): Body<SettingsBody>) -> Result<Json<Okay>> {
    actions::save(&may, &body.values()?).await?;
    Ok(Okay::answer())
}

/// How much of everything there is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatsView {
    /// Accounts.
    user_count: i64,
    /// Those who run the instance.
    admin_count: i64,
    /// Teams.
    team_count: i64,
    /// Invitations that have not expired.
    invite_count: i64,
    /// Sessions that have not ended.
    session_count: i64,
}

pub(super) async fn stats(may: Authorized<ReadAdministration>) -> Result<Json<StatsView>> {
    let stats = store::stats(&may.read(), may.now()).await?;
    Ok(Json(StatsView {
        user_count: stats.people,
        admin_count: stats.administrators,
        team_count: stats.teams,
        invite_count: stats.invitations,
        session_count: stats.sessions,
    }))
}

pub(super) async fn invitations(may: Authorized<ReadAdministration>, Query(page): Query<Page>) -> Result<Json<Invitations>> {
    let found = invitations::all_open(&may.read(), page.after()?, page.limit()).await?;
    let meta = Meta::after(&found, page.limit(), |row| row.id.to_string());
    let count = invitations::count(&may.read()).await?;
    Ok(Json(Invitations::of(found, &may.app().config.public_url).stretch(meta, count)))
}

/// The mails of the instance, newest first.
#[derive(Serialize, ToSchema)]
pub struct Mails {
    meta: Meta,
    count: u64,
    mails: Vec<MailView>,
}

/// A mail; its text is not kept.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailView {
    id: String,
    /// What it is about, such as `invitation`.
    kind: String,
    to: String,
    subject: String,
    /// `waiting`, `sent`, `failed`, or `not-wanted` if what it was about was gone.
    state: String,
    /// Why it was not delivered.
    error: Option<String>,
    attempts: i64,
    created_at: String,
    sent_at: Option<String>,
}

pub(super) async fn mails(may: Authorized<ReadAdministration>, Query(page): Query<Page>) -> Result<Json<Mails>> {
    if page.query.is_some() {
        return Err(Error::field("query", "Mails cannot be searched."));
    }
    let found = mail::sent(&may.read(), page.after()?, page.limit()).await?;
    let meta = Meta::after(&found, page.limit(), |mail| mail.id.to_string());
    let mails = found.into_iter().map(|mail| MailView {
        id: mail.id.to_string(),
        kind: mail.kind,
        to: mail.recipient,
        subject: mail.subject,
        state: mail.state,
        error: mail.error,
        attempts: mail.attempts,
        created_at: mail.created_at.iso(),
        sent_at: mail.sent_at.map(|at| at.iso()),
    });
    Ok(Json(Mails { meta, count: store::count_mails(&may.read()).await?, mails: mails.collect() }))
}

pub(super) async fn send_again(may: Authorized<SendMailAgain>) -> Result<Json<Okay>> {
    actions::send_again(&may).await?;
    Ok(Okay::answer())
}
