//! The verbs about the instance.

use super::{
    keys::TERMS_URL,
    permits::{ChangeSettings, SendMailAgain},
};
use crate::{
    audit::{Change, Event, Unaudited},
    authz::Authorized,
    error::{Error, Result},
    mail,
    platform::{self, Settings, Value},
};

/// Changes settings: all of them, or none.
pub async fn save(may: &Authorized<ChangeSettings>, values: &[(String, Value)]) -> Result<()> {
    may.change(async |tx| {
        let before = platform::load(&tx).await?;
        let mut after = before.clone();
        for (name, value) in values {
            if !after.set(name, value.clone()) {
                return Err(Error::field(name.clone(), "There is no such setting, or it is of another kind."));
            }
        }
        fits_together(&after)?;
        let mut changes = vec![];
        for name in Settings::NAMES {
            let (Some(old), Some(new)) = (before.get(name), after.get(name)) else {
                continue;
            };
            if let Some(change) = Change::of(name, old, &new) {
                platform::save(&tx, name, &new).await?;
                changes.push(change);
            }
        }
        let event = if changes.is_empty() { Event::Unaudited(Unaudited::Nothing) } else { Event::SettingsChanged { changes } };
        Ok(((), event))
    })
    .await
}

fn fits_together(settings: &Settings) -> Result<()> {
    let url = settings.terms_url.as_str();
    if settings.terms_required && url.is_empty() {
        return Err(Error::field(TERMS_URL, "Nobody can agree to terms that stand nowhere. Please give their address."));
    }
    let is_address = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        && !url.chars().any(|c| c.is_control() || c.is_whitespace());
    if !url.is_empty() && (!is_address || url.len() > 500) {
        return Err(Error::field(TERMS_URL, "This is not an address, such as https://example.com/terms, of at most 500 characters."));
    }
    Ok(())
}

/// Puts a mail on its way once more.
pub async fn send_again(may: &Authorized<SendMailAgain>) -> Result<()> {
    if !may.app().config.has_mail() {
        return Err(Error::conflict("no_mail", "This instance sends no mail. Please set a mail server (BURGEE_MAIL) first."));
    }
    may.change(async |tx| {
        let mail = tx.on();
        if mail.state == "waiting" {
            return Err(Error::conflict("already_waiting", "This mail is waiting to be sent already."));
        }
        mail::repost(&tx, mail.id, tx.now()).await?;
        Ok(((), Event::MailSentAgain { mail: mail.id, recipient: mail.recipient.clone() }))
    })
    .await
}
