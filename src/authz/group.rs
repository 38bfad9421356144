//! Permission groups: what a group can include, how far it reaches into each environment, and the rule that nobody hands out more than they
//! hold.
//!
//! A person has exactly one group in a product. It has switches, each of which is one permission of the catalogue, and a level of access to the
//! values of each environment. To add a switch: write its permission into the catalogue as `Group(…)` and its line at the end of the list below
//! (its place in the list is what the database stores).

use super::permission::{Permission, Permissions};
use crate::{
    error::{Error, Result},
    ids::{EnvironmentId, GroupId},
};
use uuid::Uuid;

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

    /// As people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadOnly => "Read-only everywhere",
            Self::Full => "Full everywhere",
            Self::Custom => "by environment",
        }
    }

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
    /// As people read it.
    pub label: &'static str,
    /// Where it stands.
    pub heading: Heading,
    /// The switch without which it cannot be on.
    pub needs: Option<Permission>,
}

macro_rules! group_permissions {
    ($($permission:ident $wire:literal $label:literal $heading:ident $(needs $needs:ident)?;)*) => {
        /// Every switch, in the order in which the database numbers them.
        pub const GROUP_PERMISSIONS: &[GroupPermission] = &[$(GroupPermission {
            permission: Permission::$permission,
            wire: $wire,
            label: $label,
            heading: Heading::$heading,
            needs: group_permissions!(@ $($needs)?),
        }),*];
    };
    (@ $needs:ident) => { Some(Permission::$needs) };
    (@) => { None };
}

group_permissions! {
    ProductMembersManage "canManageMembers" "Invite, move and remove people, edit groups" ManageMembers;
    ConfigWrite "canCreateOrUpdateConfig" "Create and change configs" ManageResources;
    ConfigDelete "canDeleteConfig" "Delete configs" ManageResources needs ConfigWrite;
    EnvironmentWrite "canCreateOrUpdateEnvironment" "Create and change environments" ManageResources;
    EnvironmentDelete "canDeleteEnvironment" "Delete environments" ManageResources needs EnvironmentWrite;
    SettingWrite "canCreateOrUpdateSetting" "Create and change flags" ManageResources;
    SettingTag "canTagSetting" "Tag flags" ManageResources;
    SettingDelete "canDeleteSetting" "Delete flags" ManageResources needs SettingWrite;
    TagWrite "canCreateOrUpdateTag" "Create and change tags" ManageResources;
    TagDelete "canDeleteTag" "Delete tags" ManageResources needs TagWrite;
    WebhookManage "canManageWebhook" "Webhooks" More;
    ProductExport "canUseExportImport" "Export and import" More;
    ProductPreferences "canManageProductPreferences" "Preferences" More;
    IntegrationManage "canManageIntegrations" "Integrations" More;
    SdkKeyRead "canViewSdkKey" "View SDK keys" More;
    SdkKeyRotate "canRotateSdkKey" "Rotate SDK keys" More needs SdkKeyRead;
    SegmentWrite "canCreateOrUpdateSegments" "Create and change segments" ManageResources;
    SegmentDelete "canDeleteSegments" "Delete segments" ManageResources needs SegmentWrite;
    ProductAuditRead "canViewProductAuditLog" "Read the product’s audit log" ManageMembers;
    ProductStatistics "canViewProductStatistics" "Statistics" More;
    TwoFactorDisable "canDisable2FA" "Switch off somebody’s second factor" ManageMembers;
}

impl GroupPermission {
    /// The switch of a permission.
    pub fn of(permission: Permission) -> Option<&'static Self> {
        GROUP_PERMISSIONS.iter().find(|switch| switch.permission == permission)
    }

    /// The switch that programs know by this field, in any case.
    pub fn by_wire(field: &str) -> Option<&'static Self> {
        GROUP_PERMISSIONS.iter().find(|switch| switch.wire.eq_ignore_ascii_case(field))
    }
}

impl Heading {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ManageMembers, Self::ManageResources, Self::More];

    /// As people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ManageMembers => "Manage members",
            Self::ManageResources => "Manage resources",
            Self::More => "More",
        }
    }

    /// Its switches.
    pub fn switches(self) -> impl Iterator<Item = &'static GroupPermission> {
        GROUP_PERMISSIONS.iter().filter(move |switch| switch.heading == self)
    }
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

    /// The same switches, with one of them on or off.
    #[must_use]
    pub fn with(self, permission: Permission, on: bool) -> Self {
        let others = GROUP_PERMISSIONS.iter().map(|switch| switch.permission);
        Self(others.filter(|other| if *other == permission { on } else { self.0.contains(*other) }).collect())
    }

    /// Switches that are on without the one that they need: each with that one.
    pub fn broken(self) -> impl Iterator<Item = (&'static GroupPermission, &'static GroupPermission)> {
        let on = GROUP_PERMISSIONS.iter().filter(move |switch| self.0.contains(switch.permission));
        on.filter_map(move |switch| {
            let needs = switch.needs.filter(|needs| !self.0.contains(*needs))?;
            Some((switch, GroupPermission::of(needs)?))
        })
    }

    fn stored(self) -> i64 {
        GROUP_PERMISSIONS.iter().enumerate().filter(|(_, switch)| self.0.contains(switch.permission)).map(|(bit, _)| 1 << bit).sum()
    }

    fn from_stored(number: i64) -> Self {
        let on = GROUP_PERMISSIONS.iter().enumerate().filter(|(bit, _)| number >> bit & 1 == 1);
        Self(on.map(|(_, switch)| switch.permission).collect())
    }
}

/// Levels of access by environment: each environment once, in the order of the ids. An environment that is not there has no access.
///
/// A product has few environments. So many stand in the group itself: what a decision looks at lies side by side in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    few: [Level; FEW],
    more: Box<[Level]>,
}

const FEW: usize = 4;

/// The nil id, which no environment has, stands for none.
type Level = (EnvironmentId, Access);
const NO_LEVEL: Level = (EnvironmentId(Uuid::nil()), Access::None);

impl Levels {
    /// The level in an environment.
    pub fn of(&self, environment: EnvironmentId) -> Access {
        // Each of the few is compared, without a branch that nobody can foresee.
        let found = self.few.iter().fold(Access::None, |found, (id, level)| if *id == environment { *level } else { found });
        if self.more.is_empty() || found > Access::None {
            return found;
        }
        let at = self.more.binary_search_by(|(id, _)| id.cmp(&environment));
        at.map_or(Access::None, |at| self.more[at].1)
    }

    /// Each environment with its level, in the order of the ids.
    pub fn iter(&self) -> impl Iterator<Item = (EnvironmentId, Access)> + '_ {
        self.few.iter().chain(&self.more).copied().filter(|(_, level)| *level > Access::None)
    }
}

impl Default for Levels {
    fn default() -> Self {
        Self { few: [NO_LEVEL; FEW], more: Box::default() }
    }
}

/// The last level that is named for an environment counts.
impl FromIterator<(EnvironmentId, Access)> for Levels {
    fn from_iter<T: IntoIterator<Item = (EnvironmentId, Access)>>(levels: T) -> Self {
        let levels: std::collections::BTreeMap<EnvironmentId, Access> = levels.into_iter().collect();
        let mut levels = levels.into_iter().filter(|(_, access)| *access > Access::None);
        let few = std::array::from_fn(|_| levels.next().unwrap_or(NO_LEVEL));
        Self { few, more: levels.collect() }
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
    /// Where it has a level for each environment: these.
    pub environments: Levels,
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
            environments: Levels::default(),
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
            Reach::Custom => self.environments.of(environment),
        }
    }

    /// The same group after an environment was created: what it gives there.
    #[must_use]
    pub fn and_created(&self, environment: EnvironmentId) -> Self {
        let created = std::iter::once((environment, self.access_to_new()));
        Self { environments: self.environments.iter().chain(created).collect(), ..self.clone() }
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
    /// Switches that would reach an environment in which the actor does not hold them, though they hold the switch and the access that are handed
    /// out; `None`: environments that are created later.
    pub reaching: Vec<(Permission, Option<EnvironmentId>)>,
}

impl Excess {
    /// Whether nothing is handed out beyond it.
    pub fn is_nothing(&self) -> bool {
        self.permissions.is_empty() && self.environments.is_empty() && !self.new_environments && self.reaching.is_empty()
    }

    /// Refuses if anything in `after` is too much, and says what; `name` is what people call an environment.
    ///
    /// # Errors
    /// `beyond_own`, naming all that is too much.
    pub fn refuse(&self, after: &Group, name: impl Fn(EnvironmentId) -> String) -> Result<()> {
        if self.is_nothing() {
            return Ok(());
        }
        let label = |permission: Permission| GroupPermission::of(permission).map_or_else(|| permission.sentence(), |switch| switch.label);
        let mut beyond: Vec<String> = self.permissions.iter().map(|permission| format!("“{}”", label(*permission))).collect();
        beyond.extend(self.environments.iter().map(|id| format!("{} access to {}", after.access(*id), name(*id))));
        if self.new_environments {
            beyond.push(format!("{} access to new environments", after.access_to_new()));
        }
        beyond.extend(self.reaching.iter().map(|(permission, environment)| {
            format!("“{}” in {}", label(*permission), environment.map_or_else(|| "new environments".into(), &name))
        }));
        let message = format!("You cannot give more than you hold yourself: {}.", beyond.join(", "));
        Err(Error::Forbidden { code: "beyond_own", message: message.into() })
    }
}

/// What turns `before` into `after` beyond what `held` covers. `None`: nothing was held before.
///
/// A switch that takes access to an environment is compared there too: who may rotate keys, and may see Production, may not do both for somebody
/// if there they do not hold both.
pub fn excess(held: &Group, before: Option<&Group>, after: &Group, environments: &[EnvironmentId]) -> Excess {
    let had = |permission| before.is_some_and(|before| before.includes(permission));
    let beyond = |had: Access, gets: Access, holds: Access| gets > had && gets > holds;
    let access = |group: Option<&Group>, at: Option<EnvironmentId>| match (group, at) {
        (Some(group), Some(environment)) => group.access(environment),
        (Some(group), None) => group.access_to_new(),
        (None, _) => Access::None,
    };
    let places = || environments.iter().copied().map(Some).chain([None]);
    let too_far = |at: &Option<EnvironmentId>| beyond(access(before, *at), access(Some(after), *at), access(Some(held), *at));
    let switches = || GROUP_PERMISSIONS.iter().map(|switch| switch.permission);
    let too_much = |permission: &Permission| after.includes(*permission) && !had(*permission) && !held.includes(*permission);
    let reaching =
        switches().filter(|permission| !too_much(permission)).filter_map(|permission| Some((permission, permission.needs_access()?)));
    let reaching = reaching.flat_map(|(permission, needs)| {
        let gives = move |group: Option<&Group>, at| group.is_some_and(|group| group.includes(permission)) && access(group, at) >= needs;
        let there = places().filter(move |at| gives(Some(after), *at) && !gives(before, *at) && !gives(Some(held), *at));
        there.filter(|at| !too_far(at)).map(move |at| (permission, at))
    });
    Excess {
        reaching: reaching.collect(),
        permissions: switches().filter(too_much).collect(),
        environments: places().flatten().filter(|id| too_far(&Some(*id))).collect(),
        new_environments: too_far(&None),
    }
}
