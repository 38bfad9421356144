//! The way in: set-up, sign-in, sign-up, and the links that mails carry.

use askama::Template;

use crate::ui::{Form, Frame};

/// Signing in.
#[derive(Template)]
#[template(path = "people/templates/sign_in.html")]
pub struct SignIn {
    /// Around it.
    pub frame: Frame,
    /// Fields `username`, `password`; what is wrong stands at `password`.
    pub form: Form,
    /// Where to go afterwards; may be empty.
    pub next: String,
    /// Whether this instance takes sign-ups.
    pub sign_up: bool,
    /// Whether a password can be reset by mail.
    pub reset: bool,
}

/// Signing up.
#[derive(Template)]
#[template(path = "people/templates/sign_up.html")]
pub struct SignUp {
    /// Around it.
    pub frame: Frame,
    /// Fields `username`, `name`, `email`, `password`, and `terms` where there are any.
    pub form: Form,
    /// Where the terms are that everybody has to agree to.
    pub terms: Option<String>,
}

/// A mail is on its way, if there was a reason to send one: the same answer for everybody.
#[derive(Template)]
#[template(path = "people/templates/check_mail.html")]
pub struct CheckMail {
    /// Around it; its title is the heading.
    pub frame: Frame,
    /// One or two sentences on what will arrive and what to do with it.
    pub text: String,
    /// Whether somebody is signed in who may have it sent again.
    pub again: bool,
    /// Folder that takes the mails where there is no mail server.
    pub mail_folder: Option<String>,
}

/// The link of a mail that proves an address. Opening it changes nothing: the button does.
#[derive(Template)]
#[template(path = "people/templates/confirm.html")]
pub struct Confirm {
    /// Around it; its title is the heading.
    pub frame: Frame,
    /// The address that is proved.
    pub email: String,
    /// Where the button sends to: `/verify/{token}` or `/account/confirm-email/{token}`.
    pub action: String,
    /// The word on the button.
    pub button: String,
}

/// Asking for a new password.
#[derive(Template)]
#[template(path = "people/templates/forgot_password.html")]
pub struct ForgotPassword {
    /// Around it.
    pub frame: Frame,
    /// Field `user`.
    pub form: Form,
}

/// Choosing a new password, by the link of a mail.
#[derive(Template)]
#[template(path = "people/templates/reset_password.html")]
pub struct ResetPassword {
    /// Around it.
    pub frame: Frame,
    /// Fields `password`, `revoke_tokens`.
    pub form: Form,
    /// What revoking the tokens of the account means, where there are some.
    pub tokens: Option<String>,
    /// From the address of the page.
    pub token: String,
    /// The account’s, for password managers.
    pub username: String,
}

/// The first administrator of a fresh instance.
#[derive(Template)]
#[template(path = "people/templates/set_up.html")]
pub struct SetUp {
    /// Around it.
    pub frame: Frame,
    /// Fields `username`, `name`, `email`, `password`.
    pub form: Form,
    /// Folder that takes the mails where there is no mail server.
    pub mail_folder: Option<String>,
}

/// Nobody has an account yet.
#[derive(Template)]
#[template(path = "people/templates/not_set_up.html")]
pub struct NotSetUp {
    /// Around it.
    pub frame: Frame,
}
