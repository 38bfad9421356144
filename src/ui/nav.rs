/// A place in the side navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the labels say what they are")]
pub enum Section {
    Overview,
    Members,
    Roles,
    AuditLog,
    TeamSettings,
    Profile,
    Security,
    Tokens,
    Teams,
    AccountLog,
    Administration,
    PlatformSettings,
    People,
    AllTeams,
    AllInvitations,
    Mail,
    PlatformLog,
}

use Section::{
    AccountLog, Administration, AllInvitations, AllTeams, AuditLog, Mail, Members, Overview, People, PlatformLog, PlatformSettings,
    Profile, Roles, Security, TeamSettings, Teams, Tokens,
};

/// One line of the side navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// Which place it is.
    pub section: Section,
    /// Where it goes.
    pub href: String,
    /// How many things are there.
    pub count: Option<u64>,
    /// Whether the reader is there.
    pub active: bool,
}

impl Section {
    /// The word in the navigation.
    pub fn label(self) -> &'static str {
        match self {
            Overview | Administration => "Overview",
            Members => "Members",
            Roles => "Roles",
            AuditLog => "Audit log",
            TeamSettings => "Team settings",
            Profile => "Profile",
            Security => "Security",
            Tokens => "Tokens",
            Teams => "Teams and invitations",
            AccountLog => "Account log",
            PlatformSettings => "Settings",
            People => "People",
            AllTeams => "Teams",
            AllInvitations => "Invitations",
            Mail => "Mail",
            PlatformLog => "Platform log",
        }
    }

    /// The icon in the navigation.
    pub fn icon(self) -> &'static str {
        match self {
            Overview | Administration => "layout-dashboard",
            Members | People => "users",
            Roles => "shield-check",
            AuditLog | AccountLog | PlatformLog => "list-details",
            TeamSettings | PlatformSettings => "settings",
            Profile => "user",
            Security => "lock",
            Tokens => "key",
            Teams | AllTeams => "users-group",
            AllInvitations => "send",
            Mail => "mail",
        }
    }

    /// Where it is; places in a team are below the team.
    fn path(self) -> &'static str {
        match self {
            Overview => "overview",
            Members => "members",
            Roles => "roles",
            AuditLog => "audit-log",
            TeamSettings => "settings",
            Profile => "/account",
            Security => "/account/security",
            Tokens => "/account/tokens",
            Teams => "/account/teams",
            AccountLog => "/account/log",
            Administration => "/admin",
            PlatformSettings => "/admin/settings",
            People => "/admin/people",
            AllTeams => "/admin/teams",
            AllInvitations => "/admin/invitations",
            Mail => "/admin/mail",
            PlatformLog => "/admin/log",
        }
    }
}

impl NavItem {
    fn new(section: Section, href: String, here: Option<Section>) -> Self {
        Self { section, href, count: None, active: here == Some(section) }
    }

    /// The navigation of a team: `shown` are the sections that this reader may open.
    pub fn team(slug: &str, shown: &[Section], here: Option<Section>, members: Option<u64>) -> Vec<Vec<Self>> {
        let group = |sections: &[Section]| -> Vec<Self> {
            sections
                .iter()
                .filter(|section| shown.contains(section))
                .map(|&section| Self {
                    count: if section == Members { members } else { None },
                    ..Self::new(section, format!("/team/{slug}/{}", section.path()), here)
                })
                .collect()
        };
        vec![group(&[Overview]), group(&[Members, Roles, AuditLog, TeamSettings])]
    }

    /// The navigation of one's own account.
    pub fn account(here: Option<Section>) -> Vec<Vec<Self>> {
        Self::fixed(&[&[Profile, Security, Tokens], &[Teams, AccountLog]], here)
    }

    /// The navigation of the administration.
    pub fn administration(here: Option<Section>) -> Vec<Vec<Self>> {
        Self::fixed(&[&[Administration, PlatformSettings], &[People, AllTeams, AllInvitations, Mail, PlatformLog]], here)
    }

    fn fixed(groups: &[&[Section]], here: Option<Section>) -> Vec<Vec<Self>> {
        let item = |&section: &Section| Self::new(section, section.path().to_owned(), here);
        groups.iter().map(|group| group.iter().map(item).collect()).collect()
    }
}
