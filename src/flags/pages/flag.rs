//! One flag in one environment, and what it was before.

use askama::Template;

use super::{Editor, Line};
use crate::ui::{Access, Action, Avatar, Environment, Frame, Moment};

/// A flag in one environment.
#[derive(Template)]
#[template(path = "flags/templates/flag.html")]
pub struct Flag {
    /// Around it; its title is the name of the flag, and it has a stream.
    pub frame: Frame,
    /// `…/configs/{config}/flags/{flag}`.
    pub path: String,
    /// What the live region listens for: `value:{flag}:{environment}`.
    pub topic: String,
    /// What the whole page listens for: `around:{product} setting:{setting}`.
    pub around: String,
    /// Its key.
    pub key: String,
    /// What it is for; may be empty.
    pub hint: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Try it, code.
    pub actions: Vec<Action>,
    /// Edit, delete.
    pub menu: Vec<Action>,
    /// Where it can be looked at.
    pub environments: Vec<EnvironmentTab>,
    /// Which it is.
    pub environment: Environment,
    /// The editor, for readers with Full access.
    pub editor: Option<Editor>,
    /// The rules as they are read, for readers with Read-only access.
    pub reading: Vec<Line>,
    /// How often it is asked for, in words, for those who may know.
    pub asked: Option<String>,
    /// When and by whom it was changed last.
    pub changed: Option<(Moment, String)>,
    /// The latest versions, newest first.
    pub history: Vec<Version>,
    /// How many versions there are.
    pub versions: u64,
    /// Its values with the ids by which programs know them; only where the product wants them to be seen.
    pub ids: Vec<NamedValue>,
    /// Where the code asks for it, by branch.
    pub code: Vec<CodeBranch>,
    /// Address of the next branches.
    pub code_next: Option<String>,
    /// The branches that were searched; empty if there are none.
    pub branches: String,
}

/// A value and its id.
#[derive(Clone, Debug)]
pub struct NamedValue {
    /// The value in words.
    pub value: String,
    /// Its id.
    pub id: String,
}

/// Where the code of a branch asks for a flag.
#[derive(Clone, Debug)]
pub struct CodeBranch {
    /// Repository and branch.
    pub name: String,
    /// When it was searched.
    pub at: Moment,
    /// The places: file, number, text, and where it can be looked at.
    pub places: Vec<(String, i64, String, Option<String>)>,
    /// How many more there are.
    pub more: usize,
}

/// An environment over the page of a flag.
#[derive(Clone, Debug)]
pub struct EnvironmentTab {
    /// Which.
    pub environment: Environment,
    /// How far the reader reaches; with No access it leads nowhere.
    pub access: Access,
    /// The flag there.
    pub href: String,
    /// Whether the reader is there.
    pub here: bool,
}

/// What a value was.
#[derive(Clone, Debug)]
pub struct Version {
    /// In short: "20 % On, 80 % Off".
    pub summary: String,
    /// At length; empty if the summary says it all.
    pub lines: Vec<Line>,
    /// Round mark of who made it; none for Burgee itself.
    pub avatar: Option<Avatar>,
    /// Who.
    pub who: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub note: Option<String>,
    /// "created", "restored from 13 November", or nothing.
    pub how: String,
    /// Whether it is what is served now.
    pub current: bool,
    /// Where *Restore…* goes: `…/restore?environment=&position=`; none if the reader may not.
    pub restore: Option<String>,
}

/// All versions of a value in one environment.
#[derive(Template)]
#[template(path = "flags/templates/history.html")]
pub struct History {
    /// Around it; its title is the name of the flag.
    pub frame: Frame,
    /// `…/configs/{config}/flags/{flag}`.
    pub path: String,
    /// Its key.
    pub key: String,
    /// Where it can be looked at.
    pub environments: Vec<EnvironmentTab>,
    /// Which it is.
    pub environment: Environment,
    /// One stretch, newest first.
    pub history: Vec<Version>,
    /// Address of the next, older stretch.
    pub older: Option<String>,
}
