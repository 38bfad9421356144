//! The flags of a config as rows, its environments as columns; or one environment in full.

use std::fmt;

use askama::Template;

use super::Line;
use crate::ui::{Access, Action, Environment, Frame, Moment, Tab};

/// The flags and settings of a config.
///
/// Every switch belongs to one form, `#flips`: it posts the field `flip` (see [`Flip`]) to `…/flags/{flag}/switch`; a script sends it by
/// itself and puts the answer, a [`CellOnly`], in place of the cell. Where a note is mandatory the form is a GET for [`super::Note`].
#[derive(Template)]
#[template(path = "flags/templates/dashboard.html")]
pub struct Dashboard {
    /// Around it; its title is the name of the config, and it has a stream.
    pub frame: Frame,
    /// `…/configs/{config}`.
    pub path: String,
    /// What the live region listens for: `config:{config}`.
    pub topic: String,
    /// What the whole page listens for: `around:{product}`.
    pub around: String,
    /// All configs of the product, if there are several: the heading becomes a menu.
    pub configs: Vec<Tab>,
    /// *Flags and settings*, *SDK keys*, *Try it*.
    pub tabs: Vec<Tab>,
    /// Whether the reader may create flags.
    pub may_create: bool,
    /// What the reader may do with a flag: the addresses begin with `{flag}`. One menu serves all rows.
    pub menu: Vec<Action>,
    /// Whether the reader may put them into another order: only without search and filters.
    pub may_order: bool,
    /// What was searched for.
    pub search: String,
    /// The tags of the product.
    pub tags: Vec<TagFilter>,
    /// How many are stale; none hides the filter.
    pub stale: Option<u64>,
    /// Whether only stale ones are shown.
    pub stale_only: bool,
    /// The environments, in their order.
    pub columns: Vec<Column>,
    /// The environment that is shown in full, by its id; empty for all of them.
    pub environment: String,
    /// One stretch of flags, in their order.
    pub rows: Vec<FlagRow>,
    /// How many fit the filters.
    pub shown: u64,
    /// How many there are.
    pub total: u64,
    /// Address of the next stretch.
    pub more: Option<String>,
}

/// A tag in the filter.
pub struct TagFilter {
    /// Its id: the value of the field `tag`, which may come several times.
    pub id: String,
    /// The word.
    pub name: String,
    /// Whether it is one of those that are looked for.
    pub chosen: bool,
    /// Address of this page with the tag added, or taken away if it is chosen.
    pub href: String,
}

/// An environment over its column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Which.
    pub environment: Environment,
    /// How far the reader reaches.
    pub access: Access,
    /// Address of this page with the environment in full.
    pub href: String,
}

/// A flag or setting.
pub struct FlagRow {
    /// Its id.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// Its key.
    pub key: String,
    /// Its page: `…/configs/{config}/flags/{flag}`.
    pub href: String,
    /// Who created it.
    pub by: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// For how many days nobody has changed it, if that is long.
    pub stale: Option<u64>,
    /// Its cells, one for each [`Dashboard::columns`]; in full, one alone.
    pub cells: Vec<Cell>,
    /// In full: the rules as they are read. Empty otherwise.
    pub lines: Vec<Line>,
    /// In full: when it was changed last, and by whom.
    pub changed: Option<(Moment, String)>,
}

/// The value of a flag in one environment.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What stands there.
    pub shown: Shown,
    /// Below it: "for everybody", "2 rules, else Off", "20 % On, 80 % Off".
    pub summary: String,
    /// A change that waits, in amber: "pending".
    pub pending: Option<String>,
}

/// What stands in a cell.
#[derive(Clone, Debug)]
pub enum Shown {
    /// No access: hatch and lock, and nothing else.
    Hidden,
    /// Read-only: eye and value.
    Read(String),
    /// A switch that acts at once, or asks for a note first.
    Switch {
        /// Where it stands.
        on: bool,
        /// What a click asks for.
        flip: Flip,
        /// Whether a note is mandatory.
        note: bool,
    },
    /// A value of another type, or a flag whose rules decide: a click leads to its rules.
    Value(String),
}

/// What a click on a switch asks for: the field `flip`, written `true~{environment}~{version}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The value after the click.
    pub value: bool,
    /// Id of the environment.
    pub environment: String,
    /// Version of the value that the reader saw: somebody else's later change is never overwritten.
    pub version: String,
}

impl Flip {
    /// Reads the field.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '~');
        let value = match parts.next()? {
            "true" => true,
            "false" => false,
            _ => return None,
        };
        Some(Self { value, environment: parts.next()?.to_owned(), version: parts.next()?.to_owned() })
    }
}

impl fmt::Display for Flip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}~{}", self.value, self.environment, self.version)
    }
}

/// Fragment: one cell again, after its switch was moved. It brings a toast with *Undo*.
#[derive(Template)]
#[template(path = "flags/templates/_cell.html")]
pub struct CellOnly {
    /// Its column.
    pub column: Column,
    /// Name of the flag.
    pub name: String,
    /// Page of the flag.
    pub href: String,
    /// What stands there now.
    pub cell: Cell,
    /// What happened: "On", for "Gift cards is **On** in Test"; none if nothing did, because somebody else was faster.
    pub told: Option<String>,
    /// What takes it back; none where a note is mandatory.
    pub undo: Option<Flip>,
    /// Why nothing happened: "Kim changed it a moment ago".
    pub refusal: Option<String>,
}

impl Dashboard {
    fn create(&self) -> Action {
        Action::dialog("Add", "plus", format!("{}/flags/new", self.path))
    }

    fn in_full(&self) -> bool {
        !self.environment.is_empty()
    }

    fn chosen(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.environment.id == self.environment)
    }

    fn any_tag(&self) -> bool {
        self.tags.iter().any(|tag| tag.chosen)
    }

    fn count(&self) -> String {
        if self.shown == self.total { self.total.to_string() } else { format!("{} of {}", self.shown, self.total) }
    }
}

impl FlagRow {
    /// The cells under their columns: all of them, or the one that is shown in full.
    fn under<'a>(&'a self, columns: &'a [Column]) -> impl Iterator<Item = (&'a Column, &'a Cell)> {
        columns.iter().zip(&self.cells)
    }
}

#[cfg(test)]
mod tests {
    use super::Flip;

    #[test]
    fn a_flip_is_one_field() {
        let flip = Flip { value: true, environment: "e".into(), version: "v".into() };
        assert_eq!(Flip::parse(&flip.to_string()), Some(flip));
        assert_eq!([Flip::parse("on~e~v"), Flip::parse("true~e"), Flip::parse("")], [None, None, None]);
    }
}
