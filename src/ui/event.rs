//! An audit log on a page: the team's, one's own account's and the platform's look the same.

use super::{Avatar, Environment, Moment, Part};

/// A stretch of an audit log, newest first.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// The drop-down filters, in order; none hides the bar.
    pub filters: Vec<Filter>,
    /// The first day to show, as `YYYY-MM-DD` or empty.
    pub from: String,
    /// The last day to show, as `YYYY-MM-DD` or empty.
    pub to: String,
    /// The words that are looked for; none where they cannot be, because no time is chosen.
    pub search: Option<String>,
    /// Where the filters send to: the page's own path.
    pub path: String,
    /// Whether any filter is set, so that there is something to clear.
    pub filtered: bool,
    /// The events by day, newest first.
    pub days: Vec<Day>,
    /// Address of the next, older stretch.
    pub older: Option<String>,
}

/// A drop-down over a log or a list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Query parameter.
    pub name: &'static str,
    /// What it is for, for screen readers: "Person".
    pub label: &'static str,
    /// The first choice, which filters nothing: "Any person".
    pub any: &'static str,
    /// The other choices.
    pub options: Vec<FilterOption>,
}

/// One choice of a [`Filter`].
#[derive(Clone, Debug)]
pub struct FilterOption {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is the one in force.
    pub chosen: bool,
}

/// The events of one day (UTC).
#[derive(Clone, Debug)]
pub struct Day {
    /// "Today", "Yesterday", or the day of the week.
    pub name: String,
    /// "Sunday 22 November 2026"; without the day of the week where the name is that.
    pub date: String,
    /// Newest first.
    pub entries: Vec<Entry>,
}

/// One event.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When it happened.
    pub at: Moment,
    /// Who did it; none if it was Burgee itself.
    pub avatar: Option<Avatar>,
    /// The whole sentence, the actor's name included.
    pub sentence: Vec<Part>,
    /// The way in, if it was not a session: `token “ci”`.
    pub way_short: Option<String>,
    /// The way in at length: "session, Firefox on Linux".
    pub way: String,
    /// Internet address of the caller.
    pub address: Option<String>,
    /// Id of the request.
    pub request: Option<String>,
    /// Position in the chain.
    pub position: u64,
    /// The environment that it is about.
    pub environment: Option<Environment>,
    /// Why it was done, in the actor's own words.
    pub note: Option<String>,
    /// Whether values and note are kept from the reader, who has no access to the environment.
    pub withheld: bool,
    /// What was different before.
    pub changes: Vec<Change>,
}

/// One line of before and after.
#[derive(Clone, Debug)]
pub struct Change {
    /// What was changed, as the reader knows it: "Role".
    pub field: String,
    /// The old value; none if there was none.
    pub before: Option<String>,
    /// The new value; none if it is gone.
    pub after: Option<String>,
}
