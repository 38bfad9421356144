//! The administration: the instance's settings, its people, teams, invitations and mail, for those who run it.
//!
//! What happens to an account is done by [`crate::people::administer`], what happens to a team by [`crate::teams`]; here are their pages and
//! their JSON, and the few verbs about the instance itself.

mod actions;
pub mod api;
mod eml;
mod keys;
pub mod pages;
mod people_api;
pub mod permits;
mod routes;
mod store;

pub use actions::{save, send_again};
pub use routes::{json, pages};

use serde::Deserialize;

use crate::{
    authz::{Kind, Place, Resource},
    db::Reader,
    error::Result,
    ids::MailId,
    mail::{self, Listed},
};

/// A mail that was posted.
pub struct SentMail(pub Listed);

/// By its id.
#[derive(Clone, Deserialize)]
pub struct MailKey {
    mail: MailId,
}

impl std::ops::Deref for SentMail {
    type Target = Listed;
    fn deref(&self) -> &Listed {
        &self.0
    }
}

impl Resource for SentMail {
    const KIND: Kind = Kind::Person;
    type Key = MailKey;

    async fn load(db: &Reader, key: &MailKey) -> Result<Option<Self>> {
        Ok(mail::find(db, key.mail).await?.map(Self))
    }

    fn key(&self) -> MailKey {
        MailKey { mail: self.0.id }
    }

    /// Like a person: whoever does not run the instance learns nothing of whether it exists.
    fn place(&self) -> Place {
        Place { kind: Kind::Person, ..Place::PLATFORM }
    }
}
