//! The pages about invitations: what owners see, and what invited people see.

use askama::Template;

use crate::ui::{Action, Choice, Delivery, Form, Frame, Moment, Signal};

/// The invitations of a team that wait for an answer.
#[derive(Template)]
#[template(path = "invitations/templates/index.html")]
pub struct Index {
    /// Around it; its title is "Members", because this is a tab of that page.
    pub frame: Frame,
    /// Slug of the team.
    pub slug: String,
    /// How many people have a role, for the tab.
    pub members: u64,
    /// How many invitations are open, for the tab.
    pub open: u64,
    /// Whether the reader may invite.
    pub may_invite: bool,
    /// Newest first.
    pub invitations: Vec<Row>,
}

/// An invitation that waits.
pub struct Row {
    /// The address, or the user name.
    pub to: String,
    /// Whether it is a user name.
    pub account: bool,
    /// The role it gives.
    pub role: String,
    /// Who invited, or sent it again.
    pub inviter: String,
    /// When it was sent last.
    pub sent: Moment,
    /// When it ends.
    pub expires: Moment,
    /// Whether that is past.
    pub expired: bool,
    /// What became of the mail.
    pub delivery: Delivery,
    /// Why it does not work any more.
    pub broken: Option<String>,
    /// Send again, revoke.
    pub menu: Vec<Action>,
}

/// Dialog: inviting people, and what became of it.
#[derive(Template)]
#[template(path = "invitations/templates/_new.html")]
pub struct New {
    /// Name of the team.
    pub team: String,
    /// Its slug.
    pub slug: String,
    /// Fields `people`, `role`. After a sending, `people` holds what was not sent.
    pub form: Form,
    /// The roles that the reader may give, explained. One alone is not asked for.
    pub roles: Vec<Choice>,
    /// Entries of `people` that need attention.
    pub wrong: Vec<String>,
    /// What became of each entry of the last sending.
    pub results: Vec<Outcome>,
    /// Why only user names can be invited: there is no mail, or people without an account are not let in.
    pub names_only: Option<String>,
}

/// What became of one entry.
pub struct Outcome {
    /// As it was typed.
    pub entry: String,
    /// How to read it.
    pub kind: OutcomeKind,
    /// "already a member of Harbor Works", "invited".
    pub text: String,
    /// When the invitation ends.
    pub until: Option<Moment>,
}

/// How an entry went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// Invited.
    Invited,
    /// Nothing to do: a member already, invited already.
    Nothing,
    /// Not possible: not valid, nobody by that name.
    Refused,
}

impl New {
    fn invited(&self) -> usize {
        self.results.iter().filter(|result| result.kind == OutcomeKind::Invited).count()
    }

    fn wrong_line(&self) -> String {
        self.wrong.join(" ")
    }
}

/// Dialog: taking an invitation back.
#[derive(Template)]
#[template(path = "invitations/templates/_revoke.html")]
pub struct Revoke {
    /// Where the form goes: `/team/{team}/invitations/{invitation}/revoke`.
    pub action: String,
    /// The invitations page.
    pub back: String,
    /// The address, or the user name.
    pub to: String,
    /// Name of the team.
    pub team: String,
}

/// The page behind the link of an invitation.
#[derive(Template)]
#[template(path = "invitations/templates/show.html")]
pub struct Show {
    /// Around it.
    pub frame: Frame,
    /// From the address of the page.
    pub token: String,
    /// Name of the team.
    pub team: String,
    /// Mark of the team.
    pub signal: Signal,
    /// The role it gives.
    pub role: String,
    /// Who invited.
    pub inviter: String,
    /// When it ends.
    pub expires: Moment,
    /// What the reader can do.
    pub stand: Stand,
}

/// What a reader can do with an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Accept or decline it.
    Open,
    /// Nobody is signed in.
    SignedOut {
        /// Whether an account can be made by it: it is by mail, and there is no account yet.
        sign_up: bool,
    },
    /// It is for somebody else.
    SomebodyElse {
        /// Who is signed in.
        me: String,
    },
    /// It does not work any more.
    Ended {
        /// Why, and what to do.
        why: String,
    },
}

/// Making an account by an invitation.
#[derive(Template)]
#[template(path = "invitations/templates/sign_up.html")]
pub struct SignUp {
    /// Around it.
    pub frame: Frame,
    /// From the address of the page.
    pub token: String,
    /// Name of the team.
    pub team: String,
    /// The address that was invited.
    pub email: String,
    /// Fields `username`, `name`, `password`.
    pub form: Form,
}
