//! Mail as jobs: posted in the transaction of a change, sent after it, tried again when the mail server does not answer.
//!
//! A [`Letter`] is a struct with what it is about. Its text is written when it is sent, not when it is posted: secrets in links are made at
//! that moment and only their hash is kept, and a mail about something that is gone is not sent. Every mail has a row in `mails`, without
//! its text, so that administrators see what was sent and what failed, and why.
//!
//! To add one: implement [`Letter`], which fills a [`Sheet`], name it in the registry in `app.rs`, and post it with [`post`].

mod send;
mod sheet;
mod store;

use std::future::Future;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use send::read_file;
pub use sheet::Sheet;
pub use store::{Listed, find, give_up_waiting, permits::SendMail, repost, sent};

use crate::{
    audit::{Event, Unaudited},
    authz::{Mint, NoNames},
    clock::Time,
    db::Writer,
    error::{Error, Result},
    ids::MailId,
    jobs::{self, Attempt, Job},
};

/// A kind of mail.
pub trait Letter: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name in the queue and in the mail list.
    const KIND: &'static str;
    /// Writes it; `None` if what it was about is gone.
    fn write(&self, mint: &Mint) -> impl Future<Output = Result<Option<Text>>> + Send;
}

/// What a mail says.
pub struct Text {
    /// The mailbox.
    pub to: String,
    /// One line.
    pub subject: String,
    /// For readers without HTML.
    pub plain: String,
    /// For the others.
    pub html: String,
}

/// A letter on its way.
#[derive(Serialize, Deserialize)]
pub struct Posted<L> {
    /// Its row in `mails`.
    pub mail: MailId,
    /// What it is about.
    #[serde(bound(serialize = "L: Serialize", deserialize = "L: DeserializeOwned"))]
    pub letter: L,
}

/// Posts a letter in the transaction of the change that asks for it.
pub async fn post<L: Letter>(tx: &Writer, letter: L, to: &str, subject: &str, now: Time) -> Result<MailId> {
    let posted = Posted { mail: MailId::new(), letter };
    let payload = serde_json::to_string(&posted).map_err(Error::internal)?;
    store::insert(tx, posted.mail, L::KIND, to, subject, &payload, now).await?;
    jobs::enqueue(tx, &posted, now).await?;
    Ok(posted.mail)
}

impl<L: Letter> Job for Posted<L> {
    const KIND: &'static str = L::KIND;

    async fn run(self, attempt: Attempt, mint: &Mint) -> Result<()> {
        let may = mint.authorize::<SendMail>(&NoNames {}).await?;
        let sent = match self.letter.write(mint).await {
            Ok(Some(text)) => send::send(&mint.app().config, self.mail, &text, mint.now()).await,
            // Also where it went between the look at it and the link to it, such as an invitation that is answered at this moment.
            Ok(None) | Err(Error::NotFound) => {
                return may.change(async |tx| Ok((store::unwanted(&tx, self.mail).await?, Event::Unaudited(Unaudited::Delivery)))).await;
            }
            Err(error) => Err(send::Failed::for_now(error.to_string())),
        };
        match sent {
            Ok(file) => {
                may.change(async |tx| {
                    Ok((
                        store::succeeded(&tx, self.mail, attempt.0, tx.now(), file.as_deref()).await?,
                        Event::Unaudited(Unaudited::Delivery),
                    ))
                })
                .await
            }
            Err(send::Failed { why, for_good }) => {
                let last = for_good || attempt.is_last();
                may.change(async |tx| {
                    let recipient = store::failed(&tx, self.mail, attempt.0, &why, last).await?;
                    let event = match last {
                        true => Event::MailGivenUp { mail: self.mail, recipient, error: why.clone() },
                        false => Event::Unaudited(Unaudited::Delivery),
                    };
                    Ok(((), event))
                })
                .await?;
                // The mail server has said that trying again is of no use. What it says of a mailbox, address included, stands in the
                // list of mails and not in the server log.
                if for_good { Ok(()) } else { Err(Error::internal(format!("mail {} was not taken", self.mail))) }
            }
        }
    }
}
