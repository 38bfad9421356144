//! People: accounts, and everything that lets somebody in.
//!
//! The same row is two objects: an [`Account`] is asked about by the person whose it is, a [`Person`] by those who run the instance. A
//! password is never read back; sessions, tokens and mailed links are kept as hashes.

mod actions;
pub mod administer;
mod administer_store;
pub mod api;
mod links_store;
mod mail;
pub mod pages;
pub mod permits;
mod routes;
mod store;
mod ties_store;

pub use actions::{
    Changes, Ends, Entered, FreshToken, NewPerson, NewToken, Opening, Opens, Ready, clear_expired, erase, make_token, note_seen, open,
    open_in, refusals, setup_link, sign_in_as, token_secret,
};
pub use mail::{post_confirmation, post_reset};
pub use routes::{json, pages};
pub use store::ties::{Placed, places};
pub use store::{
    anybody, delete_token, end_sessions, find_by_email, find_by_username, first_administrator, profile, ties::other_administrator, token,
    tokens,
};

use std::time::Duration;

use serde::Deserialize;

use crate::{
    audit::event::Who,
    authz::{Address, Asked, Kind, NoNames, Place, Resource},
    clock::Time,
    db::{Reader, record},
    error::Result,
    ids::{PersonId, SessionId, TeamId, TokenId},
    jobs::Registry,
};

record! {
    /// What an account says about its person.
    #[derive(Clone, Debug)]
    pub struct Profile {
        /// The account.
        pub id: PersonId,
        /// The name by which they sign in.
        pub username: String,
        /// Their name.
        pub name: String,
        /// Their address.
        pub email: String,
        /// Whether the address is confirmed.
        pub email_verified: bool,
        /// Whether they have to choose a new password before they do anything else.
        pub password_expired: bool,
        /// Whether they run the instance.
        pub administrator: bool,
        /// Whether they are shut out.
        pub suspended: bool,
        /// For a service account: its team.
        pub service_of: Option<TeamId>,
        /// The team they land on.
        pub default_team: Option<TeamId>,
        /// When the account was created.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// When they were last seen.
        pub last_seen_at: Option<Time>,
    }
}

/// Names the letters, and what is done now and then.
pub fn jobs(registry: Registry) -> Registry {
    let (often, hourly) = (Duration::from_secs(30), Duration::from_secs(60 * 60));
    mail::letters(registry).every(often, note_seen).every(hourly, clear_expired)
}

impl Profile {
    /// As an event remembers them.
    pub fn who(&self) -> Who {
        Who { id: self.id, username: self.username.clone(), name: self.name.clone() }
    }
}

/// An account, asked about by the person whose it is.
pub struct Account(pub Profile);

/// A person, asked about by those who run the instance. A service account is none: it is its team’s.
pub struct Person(pub Profile);

/// By the person's id.
#[derive(Clone, Deserialize)]
pub struct PersonKey {
    person: PersonId,
}

impl PersonKey {
    /// The key of a person who is known.
    pub fn of(person: PersonId) -> Self {
        Self { person }
    }
}

macro_rules! profile {
    ($name:ident, $kind:ident, $which:expr) => {
        impl std::ops::Deref for $name {
            type Target = Profile;
            fn deref(&self) -> &Profile {
                &self.0
            }
        }

        impl Resource for $name {
            const KIND: Kind = Kind::$kind;
            type Key = PersonKey;

            async fn load(db: &Reader, key: &PersonKey) -> Result<Option<Self>> {
                Ok(store::profile(db, key.person).await?.filter($which).map(Self))
            }

            fn key(&self) -> PersonKey {
                PersonKey { person: self.0.id }
            }

            fn place(&self) -> Place {
                Place::of_person(Kind::$kind, self.0.id)
            }
        }
    };
}

profile!(Account, Account, |_| true);
profile!(Person, Person, |profile| profile.service_of.is_none());

/// One's own account: the path names nothing.
pub struct Own;

impl Address<Account> for Own {
    type Path = NoNames;
    async fn find(db: &Reader, asked: &Asked<'_>, _: NoNames) -> Result<Option<Account>> {
        Account::load(db, &PersonKey::of(asked.actor.person)).await
    }
}

record! {
    /// A browser that is signed in.
    #[derive(Clone, Debug)]
    pub struct OwnSession {
        /// The session.
        pub id: SessionId,
        /// Whose it is.
        pub person: PersonId,
        /// For example “Firefox on Linux”.
        pub agent: String,
        /// Where it was begun.
        pub address: String,
        /// When it was begun.
        pub created_at: Time,
        /// When it was last used.
        pub last_seen_at: Time,
        /// When it ends in any case.
        pub expires_at: Time,
    }
}

/// By the session's id.
#[derive(Clone, Deserialize)]
pub struct SessionKey {
    session: SessionId,
}

impl Resource for OwnSession {
    const KIND: Kind = Kind::Account;
    type Key = SessionKey;

    async fn load(db: &Reader, key: &SessionKey) -> Result<Option<Self>> {
        store::session(db, key.session).await
    }

    fn key(&self) -> SessionKey {
        SessionKey { session: self.id }
    }

    fn place(&self) -> Place {
        Place::of_person(Kind::Account, self.person)
    }
}

record! {
    /// A personal access token.
    #[derive(Clone, Debug)]
    pub struct OwnToken {
        /// The token.
        pub id: TokenId,
        /// Whose it is.
        pub person: PersonId,
        /// Its name.
        pub name: String,
        /// Whether it may only read.
        pub read_only: bool,
        /// When it was made.
        pub created_at: Time,
        /// When it ends; `None`: never.
        pub expires_at: Option<Time>,
        /// When it was last used.
        pub last_used_at: Option<Time>,
        /// From which address.
        pub last_used_address: Option<String>,
    }
}

/// By the token's id.
#[derive(Clone, Deserialize)]
pub struct TokenKey {
    token: TokenId,
}

impl Resource for OwnToken {
    const KIND: Kind = Kind::Account;
    type Key = TokenKey;

    async fn load(db: &Reader, key: &TokenKey) -> Result<Option<Self>> {
        store::token(db, key.token).await
    }

    fn key(&self) -> TokenKey {
        TokenKey { token: self.id }
    }

    fn place(&self) -> Place {
        Place::of_person(Kind::Account, self.person)
    }
}
