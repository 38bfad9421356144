//! The instance as a whole: at a glance, its settings, its log.

use axum::{http::StatusCode, response::Response};

use super::{Figure, Overview, PlatformLog, SettingGroup, Settings};
use crate::{
    api::Query,
    audit::Chain,
    audit_log::{self, Filters, permits::ReadPlatformLog},
    authz::Authorized,
    config::{Config, MailTarget},
    db::Target,
    error::Result,
    platform,
    settings::{
        actions, keys,
        permits::{ChangeSettings, ReadAdministration},
        store,
    },
    teams::administration_frame,
    ui::{Action, Asked, Choice, Form, Html, Posted, Section, Toast, done},
};

/// Where mail goes, as people read it. What is secret in the address of a mail server is not in it.
pub(super) fn mail_way(config: &Config) -> String {
    match &config.mail {
        MailTarget::Off => "nowhere: this instance sends no mail".into(),
        MailTarget::Files(folder) => folder.display().to_string(),
        MailTarget::Smtp(server) => format!("{}, as {}", server.host, config.mail_from),
    }
}

pub(in crate::settings) async fn overview(may: Authorized<ReadAdministration>) -> Result<Html<Overview>> {
    let stats = store::stats(&may.read(), may.now()).await?;
    let config = &may.app().config;
    let mut warnings = vec![];
    match stats.failed_mails {
        0 => {}
        1 => warnings.push(Action::link("One mail was not delivered.", "mail-off", "/admin/mail")),
        some => warnings.push(Action::link(format!("{some} mails were not delivered."), "mail-off", "/admin/mail")),
    }
    match stats.broken_chains {
        0 => {}
        some => {
            let text = format!(
                "The chain of {some} of the audit logs is broken: somebody changed the log outside Burgee. burgee audit verify says where."
            );
            warnings.push(Action::link(text, "alert-triangle", "/admin/log"));
        }
    }
    if !config.has_mail() {
        warnings.push(Action::link("There is no mail: only people with an account can be invited.", "mail-off", "/admin/mail"));
    }
    let figure = |label: &str, value: i64, href: &str| Figure {
        label: label.into(),
        value: crate::ui::thousands(value.unsigned_abs()),
        href: href.into(),
    };
    let database = match &config.database {
        Target::Sqlite(path) => format!("SQLite, {}", path.display()),
        Target::Postgres(_) => "PostgreSQL".into(),
    };
    Ok(Html(Overview {
        frame: administration_frame(&may, "Administration", Section::Administration).await?,
        warnings,
        figures: vec![
            figure("People", stats.people, "/admin/people"),
            figure("Teams", stats.teams, "/admin/teams"),
            figure("Open invitations", stats.invitations, "/admin/invitations"),
            figure("Sessions", stats.sessions, "/admin/people"),
        ],
        facts: vec![
            ("Version".into(), env!("CARGO_PKG_VERSION").into()),
            ("Address".into(), config.public_url.to_string()),
            ("Database".into(), database),
            (
                "Mail".into(),
                match &config.mail {
                    MailTarget::Files(_) => format!("files in {}, which administrators can read", mail_way(config)),
                    _ => mail_way(config),
                },
            ),
        ],
    }))
}

pub(in crate::settings) async fn settings(may: Authorized<ChangeSettings>) -> Result<Response> {
    let now = platform::load(&may.read()).await?;
    let switches = keys::GROUPS.iter().flat_map(|(_, switches)| *switches);
    let form = switches.fold(Form::new(), |form, switch| form.with(switch.key, if keys::is_on(&now, switch.key) { "on" } else { "" }));
    show_settings(&may, form.with(keys::TERMS_URL, now.terms_url)).await
}

async fn show_settings(may: &Authorized<ChangeSettings>, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let no_mail = !may.app().config.has_mail();
    let switch = |switch: &keys::Switch| {
        let missing = if switch.needs_mail && no_mail { " It needs mail, which this instance does not send." } else { "" };
        Choice::new(switch.key, switch.label).hint(format!("{}{missing}", switch.hint))
    };
    let address = Choice::new(keys::TERMS_URL, "Address of the terms").hint("Where people read what they agree to: https://…");
    let groups = keys::GROUPS.iter().map(|(title, switches)| SettingGroup {
        title: (*title).into(),
        switches: switches.iter().map(switch).collect(),
        texts: if switches.iter().any(|switch| switch.key == keys::TERMS) { vec![(keys::TERMS, address.clone())] } else { vec![] },
    });
    let page = Settings {
        frame: administration_frame(may, "Settings", Section::PlatformSettings).await?,
        form,
        groups: groups.collect(),
        no_mail,
    };
    Ok(Html(page).with(status))
}

pub(in crate::settings) async fn change(may: Authorized<ChangeSettings>, asked: Asked, posted: Posted) -> Result<Response> {
    let values = keys::form_values(|key| posted.get(key) == "on", posted.get(keys::TERMS_URL));
    match posted.or_again(actions::save(&may, &values).await)? {
        Ok(()) => Ok(done(asked, "/admin/settings", Some(Toast("The settings were saved.".into())))),
        Err(form) => show_settings(&may, form).await,
    }
}

pub(in crate::settings) async fn log(may: Authorized<ReadPlatformLog>, Query(filters): Query<Filters>) -> Result<Html<PlatformLog>> {
    Ok(Html(PlatformLog {
        frame: administration_frame(&may, "Platform log", Section::PlatformLog).await?,
        log: filters.log(&may.read(), Chain::Platform, "/admin/log", may.now()).await?,
        chain: audit_log::pages::Chain::last(&may.read(), Chain::Platform).await?,
        export: "/api/v1/admin/audit-log/export".into(),
    }))
}
