use super::{Action, Avatar, Crumb, NavItem, Signal};

/// Everything around the content of a page.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Title of the document; the layout adds "Burgee".
    pub title: String,
    /// Chosen appearance.
    pub theme: Theme,
    /// Path and query of this page, so that a form can come back to it.
    pub here: String,
    /// Who is reading; none before sign-in.
    pub me: Option<Me>,
    /// The team in the switcher: the one the page is about, else the reader's default.
    pub team: Option<Team>,
    /// All teams of the reader, for the switcher.
    pub teams: Vec<Team>,
    /// Whether the reader may create a team.
    pub may_create_team: bool,
    /// Open invitations of the reader.
    pub open_invitations: u64,
    /// The side navigation, in groups.
    pub nav: Vec<Vec<NavItem>>,
    /// Bands over the page: an address to verify, a suspended team.
    pub notices: Vec<Notice>,
    /// What the page belongs to, from the outside in: team, product, config. Empty: [`Frame::crumb`].
    pub crumbs: Vec<Crumb>,
    /// Address of the events that this page follows; none: it stands still.
    pub stream: Option<String>,
}

/// The reader.
#[derive(Clone, Debug)]
pub struct Me {
    /// Shown name.
    pub name: String,
    /// User name, without `@`.
    pub username: String,
    /// Round mark.
    pub avatar: Avatar,
    /// Whether the reader runs the instance.
    pub administrator: bool,
}

/// A team in the switcher.
#[derive(Clone, Debug)]
pub struct Team {
    /// Shown name.
    pub name: String,
    /// Part of its addresses.
    pub slug: String,
    /// The reader's role in it: "Owner", "Member", "Guest", "Administrator".
    pub role: String,
    /// Its mark.
    pub signal: Signal,
    /// Whether it is the one in the switcher now.
    pub current: bool,
}

/// A band over a page.
#[derive(Clone, Debug)]
pub struct Notice {
    /// One sentence.
    pub text: String,
    /// What to do about it.
    pub action: Option<Action>,
}

impl Frame {
    /// What the page belongs to, by the navigation beside it.
    pub fn crumb(&self) -> &str {
        let beside = self.nav.iter().flatten().next().map_or("", |item| item.href.as_str());
        match &self.team {
            _ if beside.starts_with("/admin") => "Administration",
            _ if beside.starts_with("/account") => "Account",
            Some(team) => &team.name,
            None => "",
        }
    }
}

/// Appearance, from the cookie `burgee_theme`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system has it.
    #[default]
    System,
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
}

impl Theme {
    /// Name of the cookie.
    pub const COOKIE: &'static str = "burgee_theme";

    /// Reads a cookie or a form; whatever is unknown means the system's.
    pub fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The word in cookies and forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// All of them, as the menu shows them, with an icon each.
    pub fn all() -> [(Self, &'static str, &'static str); 3] {
        [(Self::System, "System", "device-desktop"), (Self::Light, "Light", "sun"), (Self::Dark, "Dark", "moon")]
    }

    /// The `Set-Cookie` value that keeps the choice; the system's is kept by keeping nothing.
    pub fn cookie(self) -> String {
        let (value, age) = match self {
            Self::System => ("", 0),
            chosen => (chosen.name(), 31_536_000),
        };
        format!("{}={value}; Path=/; Max-Age={age}; SameSite=Lax", Self::COOKIE)
    }
}

impl Frame {
    /// A page for somebody who is not signed in, to be filled up for everybody else.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }
}

impl Team {
    /// Where a click in the switcher goes: from there a Guest is led to the products.
    pub fn href(&self) -> String {
        format!("/team/{}/overview", self.slug)
    }
}
