//! Permission groups: what a group can include, how far it reaches into each environment, and the rule that nobody hands out more than they
//! hold.
//!
//! A person has exactly one group in a product. It has switches, each of which is one permission of the catalogue, and a level of access to the
//! values of each environment. To add a switch: write its permission into the catalogue as `Group(…)` and its line at the end of the list below
//! (its place in the list is what the database stores).

use super::permission::{Permission, Permissions};
use crate::ids::{EnvironmentId, GroupId};

/// What somebody may do with the values of an environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Neither see nor change them.
    #[default]
    None = 0,
    /// See them.
    ReadOnly = 1,
    /// See and change them.
    Full = 2,
}

crate::db::column!(Access as i64: |access| access as i64, |number| [Access::None, Access::ReadOnly, Access::Full].get(usize::try_from(number).ok()?).copied());

impl Access {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::None, Self::ReadOnly, Self::Full];

    /// As people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "No access",
            Self::ReadOnly => "Read-only",
            Self::Full => "Full",
        }
    }

    /// As programs write it.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ReadOnly => "readOnly",
            Self::Full => "full",
        }
    }

    /// Reads what programs write, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.wire().eq_ignore_ascii_case(text.trim()))
    }
}

impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// To which environments a group gives access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Read-only access to all, also to those that are created later.
    ReadOnly = 1,
    /// Full access to all, also to those that are created later.
    Full = 2,
    /// A level for each of them, and one for those that are created later.
    Custom = 3,
}

crate::db::column!(Reach as i64: |reach| reach as i64, |number| Reach::ALL.into_iter().find(|reach| *reach as i64 == number));

impl Reach {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ReadOnly, Self::Full, Self::Custom];

    /// As programs write it.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::Full => "full",
            Self::Custom => "custom",
        }
    }

    /// Reads what programs write, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reach| reach.wire().eq_ignore_ascii_case(text.trim()))
    }
}

/// The headings under which the switches of a group stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// Who is in the product, and its log.
    ManageMembers,
    /// What there is in the product.
    ManageResources,
    /// Everything else, each for itself.
    More,
}

/// One switch of a group.
pub struct GroupPermission {
    /// What it gives.
    pub permission: Permission,
    /// The field of the JSON API.
    pub wire: &'static str,
    /// Where it stands.
    pub heading: Heading,
    /// The switch without which it cannot be on.
    pub needs: Option<Permission>,
}

macro_rules! group_permissions {
    ($($permission:ident $wire:literal $heading:ident $(needs $needs:ident)?;)*) => {
        /// Every switch, in the order in which the database numbers them.
        pub const GROUP_PERMISSIONS: &[GroupPermission] = &[$(GroupPermission {
            permission: Permission::$permission,
            wire: $wire,
            heading: Heading::$heading,
            needs: group_permissions!(@ $($needs)?),
        }),*];
    };
    (@ $needs:ident) => { Some(Permission::$needs) };
    (@) => { None };
}

group_permissions! {
    ProductMembersManage "canManageMembers" ManageMembers;
    ConfigWrite "canCreateOrUpdateConfig" ManageResources;
    ConfigDelete "canDeleteConfig" ManageResources needs ConfigWrite;
    EnvironmentWrite "canCreateOrUpdateEnvironment" ManageResources;
    EnvironmentDelete "canDeleteEnvironment" ManageResources needs EnvironmentWrite;
    SettingWrite "canCreateOrUpdateSetting" ManageResources;
    SettingTag "canTagSetting" ManageResources;
    SettingDelete "canDeleteSetting" ManageResources needs SettingWrite;
    TagWrite "canCreateOrUpdateTag" ManageResources;
    TagDelete "canDeleteTag" ManageResources needs TagWrite;
    WebhookManage "canManageWebhook" More;
    ProductExport "canUseExportImport" More;
    ProductPreferences "canManageProductPreferences" More;
    IntegrationManage "canManageIntegrations" More;
    SdkKeyRead "canViewSdkKey" More;
    SdkKeyRotate "canRotateSdkKey" More needs SdkKeyRead;
    SegmentWrite "canCreateOrUpdateSegments" ManageResources;
    SegmentDelete "canDeleteSegments" ManageResources needs SegmentWrite;
    ProductAuditRead "canViewProductAuditLog" ManageMembers;
    ProductStatistics "canViewProductStatistics" More;
    TwoFactorDisable "canDisable2FA" ManageMembers;
}

/// A set of switches as the database stores it: bit *n* is the *n*-th of [`GROUP_PERMISSIONS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches(pub Permissions);

crate::db::column!(Switches as i64: |switches| switches.stored(), |number| Some(Switches::from_stored(number)));

impl Switches {
    /// Every switch on.
    pub fn all() -> Self {
        Self(GROUP_PERMISSIONS.iter().map(|switch| switch.permission).collect())
    }

    fn stored(self) -> i64 {
        GROUP_PERMISSIONS.iter().enumerate().filter(|(_, switch)| self.0.contains(switch.permission)).map(|(bit, _)| 1 << bit).sum()
    }

    fn from_stored(number: i64) -> Self {
        let on = GROUP_PERMISSIONS.iter().enumerate().filter(|(bit, _)| number >> bit & 1 == 1);
        Self(on.map(|(_, switch)| switch.permission).collect())
    }
}

/// A permission group: what it gives to everybody in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// Its switches.
    pub switches: Switches,
    /// To which environments it gives access.
    pub reach: Reach,
    /// Where it has a level for each environment: that of those which are created later.
    pub new_environments: Access,
    /// Where it has a level for each environment: these. One that is not there has no access.
    pub environments: Vec<(EnvironmentId, Access)>,
}

impl Group {
    /// A group that gives nothing.
    pub fn nothing() -> Self {
        Self {
            id: GroupId(0),
            name: String::new(),
            switches: Switches::default(),
            reach: Reach::Custom,
            new_environments: Access::None,
            environments: vec![],
        }
    }

    /// Whether the switch is on.
    pub fn includes(&self, permission: Permission) -> bool {
        self.switches.0.contains(permission)
    }

    /// What it gives in an environment.
    pub fn access(&self, environment: EnvironmentId) -> Access {
        match self.reach {
            Reach::Full => Access::Full,
            Reach::ReadOnly => Access::ReadOnly,
            Reach::Custom => self.environments.iter().find(|(id, _)| *id == environment).map_or(Access::None, |(_, access)| *access),
        }
    }

    /// What it gives in environments that are created later.
    pub fn access_to_new(&self) -> Access {
        match self.reach {
            Reach::Full => Access::Full,
            Reach::ReadOnly => Access::ReadOnly,
            Reach::Custom => self.new_environments,
        }
    }
}

/// What would be handed out beyond what the actor holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excess {
    /// Switches.
    pub permissions: Vec<Permission>,
    /// Environments.
    pub environments: Vec<EnvironmentId>,
    /// Access to environments that are created later.
    pub new_environments: bool,
}

impl Excess {
    /// Whether nothing is handed out beyond it.
    pub fn is_nothing(&self) -> bool {
        self.permissions.is_empty() && self.environments.is_empty() && !self.new_environments
    }
}

/// What turns `before` into `after` beyond what `held` covers. `None`: nothing was held before.
pub fn excess(held: &Group, before: Option<&Group>, after: &Group, environments: &[EnvironmentId]) -> Excess {
    let had = |permission| before.is_some_and(|before| before.includes(permission));
    let beyond = |had: Access, gets: Access, holds: Access| gets > had && gets > holds;
    let permissions = GROUP_PERMISSIONS.iter().map(|switch| switch.permission);
    Excess {
        permissions: permissions.filter(|p| after.includes(*p) && !had(*p) && !held.includes(*p)).collect(),
        environments: environments
            .iter()
            .copied()
            .filter(|id| beyond(before.map_or(Access::None, |before| before.access(*id)), after.access(*id), held.access(*id)))
            .collect(),
        new_environments: beyond(before.map_or(Access::None, Group::access_to_new), after.access_to_new(), held.access_to_new()),
    }
}
