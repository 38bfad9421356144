/// A place in the side navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the labels say what they are")]
pub enum Section {
    Overview,
    Products,
    Flags,
    Segments,
    Tags,
    Environments,
    ProductPeople,
    Groups,
    Webhooks,
    Integrations,
    Automation,
    Transfer,
    ProductLog,
    ProductSettings,
    Members,
    ServiceAccounts,
    Roles,
    AuditLog,
    TeamTransfer,
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
    AccountLog, Administration, AllInvitations, AllTeams, AuditLog, Automation, Environments, Flags, Groups, Integrations, Mail, Members,
    Overview, People, PlatformLog, PlatformSettings, ProductLog, ProductPeople, ProductSettings, Products, Profile, Roles, Security,
    Segments, ServiceAccounts, Tags, TeamSettings, TeamTransfer, Teams, Tokens, Transfer, Webhooks,
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
    /// The name of what is open, where it is not a section: a product.
    pub name: Option<String>,
    /// Steps to the right: an open product stands below *Products*, its sections below the product.
    pub depth: u8,
}

impl Section {
    /// The word in the navigation.
    pub fn label(self) -> &'static str {
        match self {
            Overview | Administration => "Overview",
            Products => "Products",
            Flags => "Flags and settings",
            Segments => "Segments",
            Tags => "Tags",
            Environments => "Environments",
            ProductPeople => "People",
            Groups => "Permission groups",
            Webhooks => "Webhooks",
            Integrations => "Integrations",
            Automation => "API and automation",
            Transfer | TeamTransfer => "Export and import",
            ProductLog => "Product log",
            ProductSettings => "Product settings",
            Members => "Members",
            ServiceAccounts => "Service accounts",
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
            Products | Environments => "flag",
            Flags => "toggle-left",
            Segments => "filter",
            Tags => "tag",
            Members | People | ProductPeople => "users",
            ServiceAccounts => "robot",
            Roles | Groups => "shield-check",
            AuditLog | AccountLog | PlatformLog | ProductLog => "list-details",
            TeamSettings | PlatformSettings | ProductSettings => "settings",
            Profile => "user",
            Security => "lock",
            Tokens => "key",
            Teams | AllTeams => "users-group",
            AllInvitations => "send",
            Mail => "mail",
            Webhooks => "send",
            Integrations => "switch-horizontal",
            Automation => "code",
            Transfer | TeamTransfer => "transfer",
        }
    }

    /// Where it is; places in a team are below the team, those of a product below the product.
    fn path(self) -> &'static str {
        match self {
            Overview => "overview",
            Products => "products",
            Flags => "configs",
            Segments => "segments",
            Tags => "tags",
            Environments => "environments",
            ProductPeople => "manage",
            Groups => "groups",
            Webhooks => "webhooks",
            Integrations => "integrations",
            Automation => "automation",
            Transfer | TeamTransfer => "transfer",
            ProductLog => "audit-log",
            ProductSettings => "settings",
            Members => "members",
            ServiceAccounts => "service-accounts",
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
        Self { section, href, count: None, active: here == Some(section), name: None, depth: 0 }
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
        vec![group(&[Overview, Products]), group(&[Members, ServiceAccounts, Roles, AuditLog, TeamTransfer, TeamSettings])]
    }

    /// Puts an open product below *Products*: its name, which leads to its flags, and the sections that this reader may open.
    /// `path` is the product's own address, `/team/{team}/products/{product}`.
    pub fn open_product(nav: &mut [Vec<Self>], name: &str, path: &str, shown: &[Section], here: Option<Section>) {
        let sections = [
            Segments,
            Tags,
            Environments,
            ProductPeople,
            Groups,
            Webhooks,
            Integrations,
            Automation,
            Transfer,
            ProductLog,
            ProductSettings,
        ];
        let Some(group) = nav.iter_mut().find(|group| group.iter().any(|item| item.section == Products)) else { return };
        let Some(at) = group.iter().position(|item| item.section == Products) else { return };
        let below = sections
            .into_iter()
            .filter(|section| shown.contains(section))
            .map(|section| Self { depth: 2, ..Self::new(section, format!("{path}/{}", section.path()), here) });
        let product = Self { name: Some(name.to_owned()), depth: 1, ..Self::new(Flags, path.to_owned(), here) };
        let open: Vec<Self> = std::iter::once(product).chain(below).collect();
        group.splice(at + 1..at + 1, open);
    }

    /// Says how many things are in a section.
    pub fn count(nav: &mut [Vec<Self>], section: Section, count: u64) {
        if let Some(item) = nav.iter_mut().flatten().find(|item| item.section == section) {
            item.count = Some(count);
        }
    }

    /// The words of the line.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.section.label())
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
