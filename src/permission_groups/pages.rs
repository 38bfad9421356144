//! The pages of permission groups. Whoever opens one sees at once who may touch Production.

use askama::Template;

mod delete;
mod list;
mod look;
mod show;
mod why;

pub(super) use delete::{confirm_delete, delete};
pub(super) use list::{create, index, make_default, new};
pub use look::{brief, meaning};
pub(super) use show::{change, preview, show};
pub(super) use why::why;

use crate::ui::{Access, Action, Avatar, Choice, Environment, Form, Frame, Reach, Tab};

/// The groups of a product.
#[derive(Template)]
#[template(path = "permission_groups/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// `/team/{team}/products/{product}/groups`.
    pub path: String,
    /// What it follows while it is open.
    pub topic: String,
    /// *People* and *Permission groups*.
    pub tabs: Vec<Tab>,
    /// Who may change what matters most, over the list.
    pub bands: Vec<Band>,
    /// The environments of the product: the columns.
    pub environments: Vec<Environment>,
    /// By name.
    pub groups: Vec<GroupRow>,
}

/// A group in the list.
pub struct GroupRow {
    /// Its name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// Whether new people get it unless another is chosen.
    pub default: bool,
    /// Who is in it, at most five.
    pub faces: Vec<Avatar>,
    /// How many are in it.
    pub people: u64,
    /// Its access, one for each environment of [`Index::environments`].
    pub reach: Vec<Reach>,
    /// Its access to environments made later.
    pub new_environments: Access,
    /// "Manage members, Manage resources, 3 of 7 more", or "values only".
    pub may: String,
    /// Make default, clone, delete.
    pub menu: Vec<Action>,
}

/// Who may change one environment, named by group. It stands over a page in the environment's colour.
#[derive(Clone, Debug)]
pub struct Band {
    /// Which: Production.
    pub environment: Environment,
    /// Name of the product.
    pub product: String,
    /// How many people may change it now, the administrators of the instance not counted.
    pub now: u64,
    /// How many after saving; none if nothing changes.
    pub after: Option<u64>,
    /// Owners first, then by group.
    pub who: Vec<Through>,
    /// How many administrators of the instance may change it too.
    pub administrators: u64,
}

/// People who may change an environment, and through what.
#[derive(Clone, Debug)]
pub struct Through {
    /// "Owners", "Administrators", "Product Manager".
    pub group: String,
    /// "Dana, Robin", "Dana, Robin and 12 more".
    pub people: String,
    /// Whether they may no longer after saving.
    pub leaving: bool,
    /// Whether they may only after saving.
    pub coming: bool,
}

/// One group: what it may do, how far, who is in it, and what a change would do to them.
///
/// Fields: `name`, `env_{environment id}` and `new_environments` (`full`, `readOnly`, `none`), and each permission by its key with the
/// value `on`. There is no field for the kind of access: it is read off the levels (all Full, new Full: `full`; all and new Read-only:
/// `readOnly`; else `custom`).
#[derive(Template)]
#[template(path = "permission_groups/templates/show.html")]
pub struct Show {
    /// Around it; its title is the name of the group.
    pub frame: Frame,
    /// `…/groups/{group}`.
    pub path: String,
    /// What it follows while it is open.
    pub topic: String,
    /// `…/groups`.
    pub all: String,
    /// Name of the product.
    pub product: String,
    /// Clone, delete, make default.
    pub actions: Vec<Action>,
    /// Who is in it, at most five.
    pub faces: Vec<Avatar>,
    /// "2 people: Kim, Noor", "nobody yet".
    pub people_line: String,
    /// Whether new people get it unless another is chosen.
    pub default: bool,
    /// Field `name`, and what is wrong with the form as a whole.
    pub form: Form,
    /// A line for each environment, the ones that matter most first.
    pub environments: Vec<Level>,
    /// The line *New environments*.
    pub new_environments: Level,
    /// The three headings, each one switch with its details behind it.
    pub headings: Vec<Heading>,
    /// Who is in it.
    pub people: Vec<InGroup>,
    /// What the form would do now: nothing at first, everything again after a refusal.
    pub preview: Preview,
}

/// The access of a group to one environment.
pub struct Level {
    /// Which; none for *New environments*.
    pub environment: Option<Environment>,
    /// What the control shows.
    pub chosen: Access,
    /// What is saved.
    pub was: Access,
    /// Why the reader cannot give every level: "You hold Read-only here yourself".
    pub limit: Option<String>,
}

impl Level {
    fn field(&self) -> String {
        self.environment.as_ref().map_or_else(|| "new_environments".to_owned(), |environment| format!("env_{}", environment.id))
    }

    fn legend(&self) -> String {
        self.environment
            .as_ref()
            .map_or_else(|| "Access to new environments".to_owned(), |environment| format!("Access to {}", environment.name))
    }
}

/// Permissions that belong together.
pub struct Heading {
    /// "Manage members".
    pub title: String,
    /// One sentence on what it is about.
    pub about: String,
    /// Its permissions.
    pub details: Vec<Detail>,
}

/// One permission of a group.
pub struct Detail {
    /// Its key and its field: `canManageMembers`.
    pub key: String,
    /// "Rotate SDK keys".
    pub label: String,
    /// What the box shows.
    pub on: bool,
    /// What is saved.
    pub was: bool,
    /// Key of the permission without which it cannot be; empty if none.
    pub needs: String,
    /// Why the reader cannot give it.
    pub limit: Option<String>,
}

impl Heading {
    fn on(&self) -> usize {
        self.details.iter().filter(|detail| detail.on).count()
    }

    fn changed(&self) -> usize {
        self.details.iter().filter(|detail| detail.on != detail.was).count()
    }

    /// The word beside its switch.
    fn word(&self) -> &'static str {
        match self.on() {
            0 => "Off",
            on if on == self.details.len() => "On",
            _ => "Some",
        }
    }
}

impl Show {
    fn on(&self) -> usize {
        self.headings.iter().map(Heading::on).sum()
    }

    fn of(&self) -> usize {
        self.headings.iter().map(|heading| heading.details.len()).sum()
    }
}

/// Somebody in a group.
pub struct InGroup {
    /// Round mark.
    pub avatar: Avatar,
    /// Shown name.
    pub name: String,
    /// Whether it is the reader.
    pub you: bool,
    /// "Member" or "Guest" of the team.
    pub role: String,
    /// E-mail address or user name.
    pub contact: String,
    /// Where *Move to…* goes: `…/members/{person}/group`; none if the reader may not move them.
    pub change: Option<String>,
}

/// What saving would do, beside the form.
#[derive(Clone, Debug, Template)]
#[template(path = "permission_groups/templates/_preview.html")]
pub struct Preview {
    /// The page of the group, where *Discard* leads; below it `/preview`.
    pub page: String,
    /// Whether it stands in a whole page: without scripts, buttons ask for it there.
    pub whole: bool,
    /// How many switches and levels differ from what is saved.
    pub changes: u64,
    /// What that does to people, worst first.
    pub effects: Vec<Effect>,
    /// Why it cannot be saved: more than the reader holds, a name that is taken.
    pub refusal: Option<String>,
    /// Who may change Production, now and after saving.
    pub bands: Vec<Band>,
}

/// Fragment: the answer to `POST …/groups/{group}/preview`. It brings the bands over the page with it.
#[derive(Clone, Debug, Template)]
#[template(path = "permission_groups/templates/_preview_only.html")]
pub struct PreviewOnly {
    /// What saving would do.
    pub preview: Preview,
    /// `…/groups`.
    pub all: String,
}

/// One thing that a change does to people.
#[derive(Clone, Debug)]
pub struct Effect {
    /// "2 people lose write access to Production".
    pub title: String,
    /// Where; none if everywhere.
    pub environment: Option<Environment>,
    /// Whether they gain by it.
    pub gain: bool,
    /// Whether it is the kind that must not be overlooked: write access to Production is lost or given.
    pub worst: bool,
    /// Person by person.
    pub people: Vec<Flip>,
    /// In words instead, where all are alike: "Kim, Noor · every environment".
    pub note: String,
}

/// What changes for one person.
#[derive(Clone, Debug)]
pub struct Flip {
    /// Round mark.
    pub avatar: Avatar,
    /// Shown name.
    pub name: String,
    /// What holds.
    pub from: Access,
    /// What would hold.
    pub to: Access,
}

/// Dialog: a new group. Fields `name`, `from` (empty, or the id of the group to start from).
#[derive(Template)]
#[template(path = "permission_groups/templates/_new.html")]
pub struct New {
    /// Where the form goes: `…/groups`.
    pub action: String,
    /// Name of the product.
    pub product: String,
    /// What was typed. For *Clone*, `from` is filled.
    pub form: Form,
    /// *Nothing*, then the groups, with what each means as hint.
    pub starts: Vec<Choice>,
}

/// Dialog: deleting a group. Fields `replacement` (while it is in use), `confirm`: its name. With `replacement` and `preview=on` its address
/// answers [`Moves`] alone.
#[derive(Template)]
#[template(path = "permission_groups/templates/_delete.html")]
pub struct Delete {
    /// Where the form goes: `…/groups/{group}/delete`.
    pub action: String,
    /// The group.
    pub back: String,
    /// Its name.
    pub name: String,
    /// What was typed.
    pub form: Form,
    /// Who is in it: "Kim, Noor".
    pub people: String,
    /// How many are in it, open invitations included.
    pub used: u64,
    /// The groups that they may move to; empty if nobody is in it.
    pub replacements: Vec<Choice>,
    /// What the chosen one changes for them.
    pub moves: Moves,
    /// Whether it is a page of its own: without scripts, a button asks there what a choice changes.
    pub whole: bool,
    /// Why it is not possible: it is the last group.
    pub refusal: Option<String>,
}

/// Fragment: what deleting a group does to whoever moves to another one.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "permission_groups/templates/_moves.html")]
pub struct Moves {
    /// Name of the chosen group; empty: none is chosen yet.
    pub to: String,
    /// What that does to people, worst first.
    pub effects: Vec<Effect>,
    /// Why they cannot move there: more than the reader holds.
    pub refusal: Option<String>,
}

impl Index {
    fn create(&self) -> Action {
        Action::dialog("New group", "plus", format!("{}/new", self.path))
    }
}
