//! The pages about who is in a team and what the roles allow.

use askama::Template;

use crate::ui::{Action, Avatar, Choice, FilterOption, Form, Frame, Moment};

/// Everybody in a team.
#[derive(Template)]
#[template(path = "members/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// Slug of the team.
    pub slug: String,
    /// What was searched for.
    pub search: String,
    /// Role in the filter: "owner", "member" or empty.
    pub role: String,
    /// How many Owners the team has.
    pub owners: u64,
    /// How many Members the team has, Owners not counted.
    pub members: u64,
    /// Open invitations; none if the reader may not see them.
    pub invitations: Option<u64>,
    /// Whether the reader may invite.
    pub may_invite: bool,
    /// One stretch of people, Owners first.
    pub people: Vec<MemberRow>,
    /// People who are in a product only.
    pub guests: Vec<GuestRow>,
    /// Address of the next stretch.
    pub more: Option<String>,
}

/// A person with a role.
pub struct MemberRow {
    /// Round mark.
    pub avatar: Avatar,
    /// Shown name.
    pub name: String,
    /// Second line: e-mail address, or user name for readers who may not see it.
    pub second: String,
    /// Whether it is the reader.
    pub you: bool,
    /// "Owner" or "Member".
    pub role: String,
    /// "Created the team", "Invited by Dana".
    pub came: String,
    /// When they joined.
    pub since: Moment,
    /// Last request of any of their sessions.
    pub seen: Option<Moment>,
    /// What the reader may do about it.
    pub menu: Vec<Action>,
}

/// A person without a role.
pub struct GuestRow {
    /// Round mark.
    pub avatar: Avatar,
    /// Shown name.
    pub name: String,
    /// Second line.
    pub second: String,
    /// "Storefront · Reviewers", one for each product.
    pub groups: Vec<String>,
    /// Last request of any of their sessions.
    pub seen: Option<Moment>,
    /// What the reader may do about it.
    pub menu: Vec<Action>,
}

impl Index {
    fn counts(&self) -> String {
        let one = |n: u64, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
        format!("{} · {}", one(self.owners, "owner"), one(self.members, "member"))
    }

    fn filtered(&self) -> bool {
        !self.search.is_empty() || !self.role.is_empty()
    }
}

/// Dialog: another role for a person.
#[derive(Template)]
#[template(path = "members/templates/_role.html")]
pub struct ChangeRole {
    /// Where the form goes: `/team/{team}/members/{person}/role`.
    pub action: String,
    /// The members page.
    pub back: String,
    /// Name of the person.
    pub name: String,
    /// Name of the team.
    pub team: String,
    /// Field `role`.
    pub form: Form,
    /// Roles that the reader may give, explained.
    pub roles: Vec<Choice>,
    /// Why it is not possible: the last Owner.
    pub refusal: Option<String>,
}

/// Dialog: a person leaves or is removed.
#[derive(Template)]
#[template(path = "members/templates/_remove.html")]
pub struct Remove {
    /// Where the form goes: `/team/{team}/members/{person}/remove`.
    pub action: String,
    /// The members page.
    pub back: String,
    /// Name of the person.
    pub name: String,
    /// Name of the team.
    pub team: String,
    /// Whether it is the reader.
    pub leaving: bool,
    /// What ends with it, a sentence each.
    pub ends: Vec<String>,
    /// Why it is not possible: the last Owner.
    pub refusal: Option<String>,
}

/// What each role may do, and why somebody may or may not.
#[derive(Template)]
#[template(path = "members/templates/roles.html")]
pub struct Roles {
    /// Around it.
    pub frame: Frame,
    /// Slug of the team.
    pub slug: String,
    /// Three columns of sections; the answer stands below the last.
    pub columns: Vec<Vec<RoleSection>>,
    /// People the reader may ask about: "Kim (Member)".
    pub people: Vec<FilterOption>,
    /// The permission that was asked about, to be kept when the person changes.
    pub permission: String,
    /// The answer.
    pub why: Option<Why>,
}

/// A section of the matrix.
pub struct RoleSection {
    /// "Team", "Selected Project".
    pub title: String,
    /// Its lines.
    pub rows: Vec<RoleRow>,
}

/// A line of the matrix.
pub struct RoleRow {
    /// Words.
    pub label: String,
    /// Steps to the right: 0, 1 or 2.
    pub depth: u8,
    /// Who may; none for a heading.
    pub may: Option<MayRoles>,
    /// Address that asks why; empty for a heading.
    pub href: String,
    /// Whether it is the one that was asked about.
    pub chosen: bool,
}

/// Who may do one thing.
pub struct MayRoles {
    /// Owners.
    pub owner: bool,
    /// Members.
    pub member: bool,
}

/// Why somebody may or may not do something.
pub struct Why {
    /// "May Kim delete a snapshot?"
    pub question: String,
    /// The answer.
    pub allowed: bool,
    /// Key of the permission.
    pub permission: String,
    /// The reasons in order; the first that does not hold is the last.
    pub steps: Vec<WhyStep>,
    /// What would change the answer.
    pub change: Option<String>,
    /// Address without the question.
    pub close: String,
}

/// One reason.
pub struct WhyStep {
    /// Whether it holds.
    pub holds: bool,
    /// "Kim is in Harbor Works".
    pub what: String,
    /// "as Member, since 3 March 2026".
    pub fact: String,
}
