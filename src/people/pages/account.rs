//! One's own account.

use askama::Template;

use super::tokens::{FreshToken, TokenRow};
use crate::ui::{Choice, Form, Frame, Log, Moment};

/// Name, address, default team, and the way out.
#[derive(Template)]
#[template(path = "people/templates/account.html")]
pub struct Profile {
    /// Around it.
    pub frame: Frame,
    /// Fields `name`, `username`.
    pub form: Form,
    /// Fields `email`, `password`.
    pub email_form: Form,
    /// The address now.
    pub email: String,
    /// Whether it is proved.
    pub verified: bool,
    /// The address that waits for its proof.
    pub waiting: Option<String>,
    /// Field `team`: the team that opens first.
    pub team_form: Form,
    /// The teams to choose from.
    pub teams: Vec<Choice>,
}

/// Password and sessions.
#[derive(Template)]
#[template(path = "people/templates/security.html")]
pub struct Security {
    /// Around it.
    pub frame: Frame,
    /// Fields `old_password`, `password`, `revoke_tokens`.
    pub form: Form,
    /// What revoking the tokens means, where there are some.
    pub tokens: Option<String>,
    /// The account’s, for password managers.
    pub username: String,
    /// The current one first, then by last use.
    pub sessions: Vec<SessionRow>,
}

/// A browser that is signed in.
pub struct SessionRow {
    /// Id of the session.
    pub id: String,
    /// "Firefox on Linux".
    pub device: String,
    /// Internet address of its last request.
    pub address: String,
    /// When it began.
    pub began: Moment,
    /// When it was used last.
    pub seen: Moment,
    /// Whether it is this one.
    pub current: bool,
}

/// Tokens.
#[derive(Template)]
#[template(path = "people/templates/tokens.html")]
pub struct Tokens {
    /// Around it.
    pub frame: Frame,
    /// All of them, newest first.
    pub tokens: Vec<TokenRow>,
    /// The one that was made just now, shown this once.
    pub fresh: Option<FreshToken>,
}

/// What happened to one's own account.
#[derive(Template)]
#[template(path = "people/templates/log.html")]
pub struct AccountLog {
    /// Around it.
    pub frame: Frame,
    /// The events.
    pub log: Log,
}

/// Dialog: deleting one's own account.
#[derive(Template)]
#[template(path = "people/templates/_delete.html")]
pub struct DeleteAccount {
    /// Fields `confirm`, `password`.
    pub form: Form,
    /// What has to be typed.
    pub username: String,
    /// Why it is not possible: teams whose last Owner this is, or the last administrator. One sentence each.
    pub refusals: Vec<String>,
}
