//! The pages of the administration.

pub(super) mod instance;
pub(super) mod mail;
pub(super) mod people;
pub(super) mod teams;

use askama::Template;

use crate::ui::{Action, Avatar, Choice, Delivery, Form, Frame, Log, Moment, Signal};

/// The state of the instance at a glance.
#[derive(Template)]
#[template(path = "settings/templates/overview.html")]
pub struct Overview {
    /// Around it.
    pub frame: Frame,
    /// What wants attention, a sentence each: "3 mails were not delivered."
    pub warnings: Vec<Action>,
    /// Numbers that lead to their lists.
    pub figures: Vec<Figure>,
    /// Version, address, database, mail: name and value.
    pub facts: Vec<(String, String)>,
}

/// A number that leads to its list.
pub struct Figure {
    /// "People".
    pub label: String,
    /// "128".
    pub value: String,
    /// Its list.
    pub href: String,
}

/// What people may do on this instance.
#[derive(Template)]
#[template(path = "settings/templates/settings.html")]
pub struct Settings {
    /// Around it.
    pub frame: Frame,
    /// A field for each setting, by its key.
    pub form: Form,
    /// The switches in groups.
    pub groups: Vec<SettingGroup>,
    /// Said over the form where there is no mail, because some switches need it.
    pub no_mail: bool,
}

/// Switches that belong together.
pub struct SettingGroup {
    /// "Teams".
    pub title: String,
    /// Key, words and explanation of each.
    pub switches: Vec<Choice>,
    /// The same of those that are text, below the switch of that key.
    pub texts: Vec<(&'static str, Choice)>,
}

impl SettingGroup {
    fn below<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Choice> {
        self.texts.iter().filter(move |(switch, _)| *switch == key).map(|(_, text)| text)
    }
}

/// Everybody with an account.
#[derive(Template)]
#[template(path = "settings/templates/people.html")]
pub struct People {
    /// Around it.
    pub frame: Frame,
    /// What was searched for.
    pub search: String,
    /// How many there are in all.
    pub total: u64,
    /// One stretch.
    pub people: Vec<PersonRow>,
    /// Address of the next stretch.
    pub more: Option<String>,
}

/// A person in the list.
pub struct PersonRow {
    /// The person's page.
    pub href: String,
    /// Round mark.
    pub avatar: Avatar,
    /// Shown name.
    pub name: String,
    /// User name and e-mail address.
    pub second: String,
    /// Whether it is the reader.
    pub you: bool,
    /// What there is to know.
    pub standing: Standing,
    /// How many teams.
    pub teams: u64,
    /// When the account was made.
    pub created: Moment,
    /// Last request of any session.
    pub seen: Option<Moment>,
    /// What the reader may do about it.
    pub menu: Vec<Action>,
}

/// What there is to know about an account.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    /// Runs the instance.
    pub administrator: bool,
    /// The address is not proved.
    pub unverified: bool,
    /// May not sign in.
    pub suspended: bool,
    /// Has to choose a new password.
    pub password_expired: bool,
}

/// One person.
#[derive(Template)]
#[template(path = "settings/templates/person.html")]
pub struct Person {
    /// Around it.
    pub frame: Frame,
    /// Round mark.
    pub avatar: Avatar,
    /// Shown name.
    pub name: String,
    /// User name.
    pub username: String,
    /// E-mail address.
    pub email: String,
    /// What there is to know.
    pub standing: Standing,
    /// When the account was made.
    pub created: Moment,
    /// Last request of any session.
    pub seen: Option<Moment>,
    /// Sessions that are open.
    pub sessions: u64,
    /// Teams with the role in each.
    pub teams: Vec<PersonTeam>,
    /// What the reader may do: verify, send a reset, suspend, promote, delete.
    pub actions: Vec<Action>,
    /// Whether nobody else runs the instance.
    pub alone: bool,
    /// A link to a new password, where there is no mail to carry it; shown once.
    pub reset_link: Option<String>,
}

/// A team of a person.
pub struct PersonTeam {
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// Its mark.
    pub signal: Signal,
    /// The role in it.
    pub role: String,
}

/// Dialog: an account for somebody.
#[derive(Template)]
#[template(path = "settings/templates/_new_person.html")]
pub struct NewPerson {
    /// Fields `username`, `name`, `email`, `password`.
    pub form: Form,
}

/// Dialog: the end of somebody's account.
#[derive(Template)]
#[template(path = "settings/templates/_delete_person.html")]
pub struct DeletePerson {
    /// Id of the person.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// User name, to be typed.
    pub username: String,
    /// Field `confirm`.
    pub form: Form,
    /// Why it is not possible, a sentence each.
    pub refusals: Vec<String>,
}

/// All teams.
#[derive(Template)]
#[template(path = "settings/templates/teams.html")]
pub struct Teams {
    /// Around it.
    pub frame: Frame,
    /// How many there are in all.
    pub total: u64,
    /// One stretch.
    pub teams: Vec<TeamRow>,
    /// Address of the next stretch.
    pub more: Option<String>,
}

/// A team in the list.
pub struct TeamRow {
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// Its mark.
    pub signal: Signal,
    /// How many people have a role in it.
    pub members: u64,
    /// The Owners' names.
    pub owners: Vec<String>,
    /// When it was created.
    pub created: Moment,
    /// Whether nothing in it can be changed.
    pub suspended: bool,
    /// Suspend, end the suspension.
    pub menu: Vec<Action>,
}

/// The open invitations of all teams.
#[derive(Template)]
#[template(path = "settings/templates/invitations.html")]
pub struct Invitations {
    /// Around it.
    pub frame: Frame,
    /// One stretch, newest first.
    pub invitations: Vec<InvitationRow>,
    /// Address of the next stretch.
    pub more: Option<String>,
}

/// An invitation in the list.
pub struct InvitationRow {
    /// The address, or the user name.
    pub to: String,
    /// Whether it is a user name.
    pub account: bool,
    /// Name of the team.
    pub team: String,
    /// Slug of the team.
    pub slug: String,
    /// The role it gives.
    pub role: String,
    /// For one to a product: "Developer in Storefront".
    pub offer: Option<String>,
    /// Who invited.
    pub inviter: String,
    /// When it ends.
    pub expires: Moment,
    /// Whether that is past.
    pub expired: bool,
    /// What became of the mail.
    pub delivery: Delivery,
    /// Why it does not work any more.
    pub broken: Option<String>,
}

/// The mails of the instance.
#[derive(Template)]
#[template(path = "settings/templates/mail.html")]
pub struct Mail {
    /// Around it.
    pub frame: Frame,
    /// Where mails go: "smtp.example, as burgee@example.com", "./burgee-data/mail", "nowhere".
    pub way: String,
    /// Whether this instance sends none.
    pub off: bool,
    /// Whether they are files that administrators can read here.
    pub files: bool,
    /// Newest first.
    pub mails: Vec<MailRow>,
    /// Address of the next stretch.
    pub more: Option<String>,
}

/// A mail in the list.
pub struct MailRow {
    /// The mail's page.
    pub href: String,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it was put in the queue.
    pub at: Moment,
    /// What became of it.
    pub delivery: Delivery,
    /// Send again.
    pub menu: Vec<Action>,
}

/// One mail.
#[derive(Template)]
#[template(path = "settings/templates/one_mail.html")]
pub struct OneMail {
    /// Around it; its title is the subject.
    pub frame: Frame,
    /// To whom.
    pub to: String,
    /// From whom.
    pub from: String,
    /// When it was put in the queue.
    pub at: Moment,
    /// What became of it.
    pub delivery: Delivery,
    /// How often it was tried.
    pub attempts: u64,
    /// Whether mails are files that administrators can read here.
    pub files: bool,
    /// The text; none where mails are not kept to be read.
    pub text: Option<String>,
    /// Whether a token asks, which does not get to read the text.
    pub by_token: bool,
    /// Send again, if that is possible.
    pub again: Option<Action>,
}

/// What happened on the platform.
#[derive(Template)]
#[template(path = "settings/templates/log.html")]
pub struct PlatformLog {
    /// Around it.
    pub frame: Frame,
    /// The events.
    pub log: Log,
    /// What a job found when it followed the chain; none if it never did.
    pub chain: Option<crate::audit_log::pages::Chain>,
    /// Address of the log as CSV.
    pub export: String,
}
