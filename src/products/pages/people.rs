//! Who is in a product, by which permission group, and who is invited to it.

use super::{Access, Action, Avatar, Choice, Delivery, Environment, Form, Frame, Moment, Reach, Tab, Template};

/// Everybody who may do anything in a product.
#[derive(Template)]
#[template(path = "products/templates/manage.html")]
pub struct Manage {
    /// Around it.
    pub frame: Frame,
    /// `/team/{team}/products/{product}`.
    pub path: String,
    /// Name of the product.
    pub product: String,
    /// Name of the team.
    pub team: String,
    /// *People* and *Permission groups*, if the reader may open the latter.
    pub tabs: Vec<Tab>,
    /// Whether the reader may invite, move and remove: canManageMembers. Others see the Owners and themselves.
    pub may_manage: bool,
    /// People who hold everything by their role in the team.
    pub owners: Vec<OwnerRow>,
    /// How many administrators of the instance hold everything too.
    pub administrators: u64,
    /// People with a group.
    pub people: Vec<PersonRow>,
    /// Invitations that wait, newest first.
    pub pending: Vec<InvitationRow>,
    /// Invitations that ended without an answer, or do not work any more.
    pub expired: Vec<InvitationRow>,
    /// Where *Leave* goes, for somebody with a group: `…/members/{me}/remove`.
    pub leave: Option<String>,
}

/// Somebody who holds everything.
pub struct OwnerRow {
    /// Round mark.
    pub avatar: Avatar,
    /// Shown name.
    pub name: String,
    /// Second line.
    pub second: String,
    /// Whether it is the reader.
    pub you: bool,
}

/// Somebody with a permission group.
pub struct PersonRow {
    /// Round mark.
    pub avatar: Avatar,
    /// Shown name.
    pub name: String,
    /// Second line.
    pub second: String,
    /// Whether it is the reader.
    pub you: bool,
    /// "Member" or "Guest" of the team.
    pub role: String,
    /// Name of the group.
    pub group: String,
    /// Where a click on the group goes: `…/members/{person}/group`; none if the reader may not move them.
    pub change: Option<String>,
    /// Environments that matter most, with the person's access: Production.
    pub reach: Vec<Reach>,
    /// Last request of any of their sessions.
    pub seen: Option<Moment>,
    /// Where the bin goes: `…/members/{person}/remove`; none if the reader may not remove them.
    pub remove: Option<String>,
    /// Why can Kim …?, what Kim changed.
    pub menu: Vec<Action>,
}

/// An invitation to a product.
pub struct InvitationRow {
    /// The address, or the user name.
    pub to: String,
    /// Whether it is a user name.
    pub account: bool,
    /// The group it gives.
    pub group: String,
    /// Where a click on the group goes; none if the reader may not change it.
    pub change: Option<String>,
    /// Who invited, or sent it again.
    pub inviter: String,
    /// When it was sent last.
    pub sent: Moment,
    /// When it ends or ended.
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

/// Dialog: another group for a person, or for an invitation. Field `group`. A change of the choice fetches [`Flips`] from `preview`.
#[derive(Template)]
#[template(path = "products/templates/_group.html")]
pub struct ChangeGroup {
    /// Where the form goes: `…/members/{person}/group`.
    pub action: String,
    /// Where the preview comes from, by GET with the field `group`: the dialog's own address with `?preview=on`; none for invitations.
    pub preview: Option<String>,
    /// The people page.
    pub back: String,
    /// "Kim", or the invited address.
    pub name: String,
    /// Name of the product.
    pub product: String,
    /// Field `group`: its id.
    pub form: Form,
    /// The groups that the reader may give, with what each means as hint: "Read-only in Production, Full elsewhere".
    pub groups: Vec<Choice>,
    /// What would flip with the chosen one.
    pub flips: Flips,
}

/// Fragment: what flips for one person with another group. Empty lists say that nothing does.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "products/templates/_flips.html")]
pub struct Flips {
    /// By environment, what gets worse first.
    pub environments: Vec<EnvironmentFlip>,
    /// Permissions that the person loses: "Manage members".
    pub lost: Vec<String>,
    /// Permissions that the person gains.
    pub gained: Vec<String>,
    /// Why it is not possible: more than the reader holds.
    pub refusal: Option<String>,
}

/// Another access in one environment.
#[derive(Clone, Debug)]
pub struct EnvironmentFlip {
    /// Where.
    pub environment: Environment,
    /// What holds.
    pub from: Access,
    /// What would hold.
    pub to: Access,
}

impl Flips {
    fn none(&self) -> bool {
        self.environments.is_empty() && self.lost.is_empty() && self.gained.is_empty() && self.refusal.is_none()
    }
}

/// Dialog: a person leaves a product, or is removed from it.
#[derive(Template)]
#[template(path = "products/templates/_remove.html")]
pub struct RemovePerson {
    /// Where the form goes: `…/members/{person}/remove`.
    pub action: String,
    /// The people page.
    pub back: String,
    /// Name of the person.
    pub name: String,
    /// Name of the product.
    pub product: String,
    /// Whether it is the reader.
    pub leaving: bool,
    /// Where the person's access ends.
    pub environments: Vec<Environment>,
    /// What ends with it, a sentence each.
    pub ends: Vec<String>,
}

/// Dialog: inviting people to a product. Fields `people`, `group`.
#[derive(Template)]
#[template(path = "products/templates/_invite.html")]
pub struct Invite {
    /// Where the form goes: `…/invitations`.
    pub action: String,
    /// The people page.
    pub back: String,
    /// Name of the product.
    pub product: String,
    /// After a sending, `people` holds what was not sent.
    pub form: Form,
    /// The groups that the reader may give, with what each means as hint. The default group is chosen.
    pub groups: Vec<Choice>,
    /// Entries of `people` that need attention.
    pub wrong: Vec<String>,
    /// What became of each entry of the last sending.
    pub results: Vec<Outcome>,
    /// Why only user names can be invited.
    pub names_only: Option<String>,
}

/// What became of one entry.
pub struct Outcome {
    /// As it was typed.
    pub entry: String,
    /// How to read it.
    pub kind: OutcomeKind,
    /// "already in Storefront, as Developers", "invited".
    pub text: String,
    /// When the invitation ends.
    pub until: Option<Moment>,
}

/// How an entry went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// Invited.
    Invited,
    /// Nothing to do: in the product already, invited already.
    Nothing,
    /// Not possible: not valid, nobody by that name.
    Refused,
}

impl Invite {
    fn invited(&self) -> usize {
        self.results.iter().filter(|result| result.kind == OutcomeKind::Invited).count()
    }

    fn wrong_line(&self) -> String {
        self.wrong.join(" ")
    }
}

impl Manage {
    fn invite(&self) -> Action {
        Action::dialog("Invite team members", "user-plus", format!("{}/invitations/new", self.path))
    }
}
