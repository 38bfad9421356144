//! Who is calling, once it is known.

use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use crate::{
    audit::{Way, event::Who},
    clock::Time,
    ids::{PersonId, SessionId, TokenId},
};

/// A person, and what they showed to be let in.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account.
    pub person: PersonId,
    /// The name by which they sign in.
    pub username: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether the address was confirmed.
    pub verified: bool,
    /// Whether they have to choose a new password first.
    pub password_expired: bool,
    /// Whether they run the instance.
    pub administrator: bool,
    /// The team that they land on.
    pub default_team: Option<crate::ids::TeamId>,
    /// What they showed.
    pub credential: Credential,
}

impl Actor {
    /// As an event remembers them.
    pub fn who(&self) -> Who {
        Who { id: self.person, username: self.username.clone(), name: self.name.clone() }
    }
}

/// What was shown to be let in.
#[derive(Clone, Debug, PartialEq)]
pub enum Credential {
    /// A browser's cookie.
    Session {
        /// The session.
        id: SessionId,
        /// For example “Firefox on Linux”.
        agent: String,
        /// When it began.
        since: Time,
    },
    /// A personal access token.
    Token {
        /// The token.
        id: TokenId,
        /// Its name.
        name: String,
        /// Whether it may only read.
        read_only: bool,
    },
}

impl Credential {
    /// Its id.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Session { id, .. } => id.0,
            Self::Token { id, .. } => id.0,
        }
    }

    /// As the audit log keeps it.
    pub fn way(&self) -> Way {
        match self {
            Self::Session { agent, .. } => Way::Session { agent: agent.clone() },
            Self::Token { name, .. } => Way::Token { name: name.clone() },
        }
    }

    /// Whether it is a browser's session, which alone may handle credentials.
    pub fn is_session(&self) -> bool {
        matches!(self, Self::Session { .. })
    }

    /// Whether it is a token that may only read.
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::Token { read_only: true, .. })
    }
}

/// A note in a request by which whoever put it there learns which credential was recognised.
#[derive(Clone, Debug, Default)]
pub struct Recognised(Arc<OnceLock<Uuid>>);

impl Recognised {
    /// Notes it.
    pub fn note(&self, credential: &Credential) {
        // The first that is recognised stays: a request has one.
        let _ = self.0.set(credential.id());
    }

    /// The credential’s id, if one was recognised.
    pub fn get(&self) -> Option<Uuid> {
        self.0.get().copied()
    }
}
