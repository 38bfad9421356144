//! Tokens as pages show them, whosever they are: those of an account and those of a service account.

use askama::Template;

use crate::{
    clock::{DAY, Time},
    db::Reader,
    error::Result,
    ids::PersonId,
    people::{
        OwnToken,
        actions::{self, Ends},
        store,
    },
    ui::{Action, Choice, Form, Moment, Posted},
};

/// A token that exists.
pub struct TokenRow {
    /// Its name.
    pub name: String,
    /// The user name for it, where one is asked for.
    pub username: String,
    /// Whether it may only read.
    pub read_only: bool,
    /// When it was made.
    pub created: Moment,
    /// When it ends; `None`: never.
    pub expires: Option<Moment>,
    /// Whether that is past.
    pub expired: bool,
    /// Last use.
    pub seen: Option<Moment>,
    /// Where from.
    pub address: Option<String>,
    /// Revoke it.
    pub menu: Vec<Action>,
}

/// A token that was made just now.
pub struct FreshToken {
    /// Its name.
    pub name: String,
    /// The user name for it, where one is asked for.
    pub username: String,
    /// What the holder has to keep.
    pub secret: String,
}

/// Dialog: a new token.
#[derive(Template)]
#[template(path = "people/templates/_new_token.html")]
pub struct NewToken {
    /// Where the form goes.
    pub action: String,
    /// The list of tokens.
    pub back: String,
    /// Fields `name`, `expires`, `read_only`.
    pub form: Form,
    /// When it may end, to choose from.
    pub expiry: Vec<Choice>,
}

impl NewToken {
    /// The dialog of the tokens at an address.
    pub fn at(path: &str, form: Form) -> Self {
        let expiry = LASTS.iter().map(|(value, label)| Choice::new(*value, *label)).collect();
        Self { action: path.to_owned(), back: path.to_owned(), form, expiry }
    }
}

impl TokenRow {
    /// Tokens in a list that stands at an address, with what may be done about them.
    pub fn all(tokens: Vec<OwnToken>, path: &str, may_revoke: bool, now: Time) -> Vec<Self> {
        let revoke = |token: &OwnToken| Action::post("Revoke", "trash", format!("{path}/{}/revoke", token.id)).danger();
        let row = |token: OwnToken| Self {
            expired: token.expires_at.is_some_and(|end| end <= now),
            menu: if may_revoke { vec![revoke(&token)] } else { vec![] },
            username: token.id.to_string(),
            name: token.name,
            read_only: token.read_only,
            created: token.created_at.into(),
            expires: token.expires_at.map(Into::into),
            seen: token.last_used_at.map(Into::into),
            address: token.last_used_address,
        };
        tokens.into_iter().map(row).collect()
    }
}

impl From<actions::FreshToken> for FreshToken {
    fn from(fresh: actions::FreshToken) -> Self {
        Self { name: fresh.token.name, username: fresh.token.id.to_string(), secret: fresh.secret.reveal().to_owned() }
    }
}

/// What it means to revoke all tokens of somebody; `None` if there are none.
pub(super) async fn revoking(db: &Reader, person: PersonId) -> Result<Option<String>> {
    Ok(match store::tokens(db, person).await?.len() {
        0 => None,
        1 => Some("There is 1 token. The program that uses it stops working until it gets another one.".to_owned()),
        count => Some(format!("There are {count} tokens. The programs that use them stop working until they get other ones.")),
    })
}

/// How long a token may last, as the dialog offers it: in days, or until it is revoked.
const LASTS: [(&str, &str); 5] = [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "1 year"), ("never", "Never")];

/// What was chosen of them.
fn ends(chosen: &str, now: Time) -> Option<Ends> {
    let (value, _) = LASTS.iter().find(|(value, _)| *value == chosen)?;
    match value.parse::<i64>() {
        Ok(days) => Some(Ends::At(now.plus(days * DAY))),
        Err(_) => Some(Ends::Never),
    }
}

/// Reads the dialog.
pub fn read(posted: &Posted, now: Time) -> Result<actions::NewToken> {
    actions::NewToken::parse(posted.get("name"), ends(posted.get("expires"), now), posted.get("read_only") == "on", now)
}
