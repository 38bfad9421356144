//! The verbs about accounts.

mod credentials;
mod delete;
mod keep;
mod links;
mod open;
mod profile;
mod set_up;
mod sign_in;

pub use credentials::{
    Ends, FreshToken, NewToken, change_password, create_token, end_other_sessions, end_session, make_token, revoke_token, token_secret,
};
pub use delete::{delete, erase, refusals};
pub use keep::{clear_expired, note_seen};
pub use links::{change_email, confirm_email, find_link, forgot_password, reset_allowed, reset_password, verify, verify_again};
pub use open::{NewPerson, Opening, Opens, Ready, open, open_in, sign_up, sign_up_allowed};
pub use profile::{Changes, change};
pub use set_up::{opens_set_up, set_up, setup_link};
pub use sign_in::{Entered, sign_in, sign_in_as, sign_out};

use super::{Account, store};
use crate::{
    authn::password::Priority,
    authz::{Authorized, Permit},
    error::{Error, Result},
};

/// Asks for the password of one's own account before something that nobody may do at an unlocked screen. Gives its stored form.
async fn prove<P: Permit<On = Account>>(may: &Authorized<P>, password: &str, field: &'static str) -> Result<String> {
    if let Some(client) = may.client() {
        may.app().throttle.attempt(&may.id.to_string(), client.address, true)?;
    }
    let stored = store::password(&may.read(), may.id).await?;
    match may.app().hasher.matches(password.to_owned(), stored.clone(), Priority::Known).await? {
        true => stored.ok_or(Error::NotSignedIn),
        false => Err(Error::field(field, "This is not your password.")),
    }
}

/// Refuses if the password is another one than a moment ago: whatever ended with it has ended.
async fn unchanged(db: &crate::db::Reader, person: crate::ids::PersonId, proved: &str) -> Result<()> {
    match store::password(db, person).await?.as_deref() == Some(proved) {
        true => Ok(()),
        false => Err(Error::conflict("password_changed", "The password was changed at this moment. Please try again with the new one.")),
    }
}

/// What somebody is told who is shut out and has shown who they are.
fn suspended() -> Error {
    Error::Forbidden {
        code: "user_suspended",
        message: "This account is suspended. An administrator of this instance can tell you more.".into(),
    }
}
