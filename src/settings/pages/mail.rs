//! The pages about mail.

use axum::response::Response;

use super::{
    Mail, MailRow, OneMail,
    instance::mail_way,
    people::{STRETCH, Sought},
};
use crate::{
    api::Query,
    authz::Authorized,
    config::MailTarget,
    error::Result,
    ids::MailId,
    mail::{self, Listed},
    settings::{
        actions, eml,
        permits::{ReadAdministration, ReadMail, SendMailAgain},
    },
    teams::administration_frame,
    ui::{Action, Asked, Delivery, Html, Section, Toast, done},
};

fn again(mail: &Listed, has_mail: bool) -> Option<Action> {
    (has_mail && mail.state != "waiting").then(|| Action::post("Send again", "refresh", format!("/admin/mail/{}/send-again", mail.id)))
}

pub(in crate::settings) async fn list(may: Authorized<ReadAdministration>, Query(sought): Query<Sought>) -> Result<Html<Mail>> {
    let found = mail::sent(&may.read(), sought.last::<MailId>()?, STRETCH).await?;
    let config = &may.app().config;
    let more = sought.more("/admin/mail", &found, |mail| mail.id.to_string());
    let mails = found.into_iter().map(|mail| MailRow {
        href: format!("/admin/mail/{}", mail.id),
        menu: again(&mail, config.has_mail()).into_iter().collect(),
        at: mail.created_at.into(),
        delivery: Delivery::of(Some(&mail.state), mail.error.as_deref()),
        to: mail.recipient,
        subject: mail.subject,
    });
    Ok(Html(Mail {
        frame: administration_frame(&may, "Mail", Section::Mail).await?,
        way: mail_way(config),
        off: !config.has_mail(),
        files: matches!(config.mail, MailTarget::Files(_)),
        mails: mails.collect(),
        more,
    }))
}

pub(in crate::settings) async fn read(may: Authorized<ReadMail>) -> Result<Html<OneMail>> {
    let config = &may.app().config;
    // Mails carry links to new passwords: a token, which may not handle credentials, does not get to read them.
    let by_token = may.person().is_none_or(|actor| !actor.credential.is_session());
    let text = match may.file.as_deref() {
        Some(_) if by_token => None,
        Some(file) => mail::read_file(config, file).await.map(|eml| eml::text(&eml)),
        None => None,
    };
    Ok(Html(OneMail {
        frame: administration_frame(&may, &may.subject, Section::Mail).await?,
        to: may.recipient.clone(),
        from: config.mail_from.clone(),
        at: may.created_at.into(),
        delivery: Delivery::of(Some(&may.state), may.error.as_deref()),
        attempts: may.attempts.unsigned_abs(),
        files: matches!(config.mail, MailTarget::Files(_)),
        text,
        by_token,
        again: again(&may, config.has_mail()),
    }))
}

pub(in crate::settings) async fn send_again(may: Authorized<SendMailAgain>, asked: Asked) -> Result<Response> {
    actions::send_again(&may).await?;
    Ok(done(asked, &format!("/admin/mail/{}", may.id), Some(Toast(format!("The mail to {} is on its way again.", may.recipient)))))
}
