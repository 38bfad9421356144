//! The catalogue of permissions, and the role matrix that is drawn from it.
//!
//! One line is one permission: its key, what it lets somebody do, the kind of object it is asked about, and who holds it. To add one: write
//! its line here and its permit in the feature's `permits.rs`. `docs/permissions.md` and the page *Roles* follow by themselves.

use super::{group::Access, role::Role};

/// What a permission is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A team, or anything that only a team has.
    Team,
    /// A person's place in a team.
    Member,
    /// An offer to join.
    Invitation,
    /// A Node-RED project of a team.
    Project,
    /// A device of a team.
    Device,
    /// An account, asked about by the person whose it is.
    Account,
    /// A person, asked about by those who run the instance.
    Person,
    /// An application whose flags are managed.
    Product,
    /// A person's place in a product.
    ProductMember,
    /// A permission group of a product.
    PermissionGroup,
    /// Where values differ.
    Environment,
    /// A config, its settings and its tags.
    Config,
    /// The value of a setting in an environment.
    Value,
    /// A webhook of a config in an environment.
    Webhook,
    /// A key by which applications read a config in an environment.
    SdkKey,
    /// The instance.
    Platform,
}

/// Who holds a permission. Administrators hold what owners hold, in every team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Owners of the team.
    Owner,
    /// Owners and Members of the team.
    Member,
    /// Everybody in the team, Guests too.
    InTeam,
    /// Owners of the team, and everybody who has a permission group in the product.
    InProduct,
    /// Owners of the team, and people whose permission group in the product includes it; about an environment, only with this access to it.
    Group(Access),
    /// Owners of the team, and people with this access to the environment.
    Reach(Access),
    /// Whoever holds that one.
    With(Permission),
    /// The person whom the object is about.
    Own,
    /// The same, but only in a browser: no token may do it.
    OwnInBrowser,
    /// Administrators of the instance.
    Administrator,
    /// Administrators, and everybody while the instance's setting is on.
    Everyone(Switch),
    /// Burgee itself, for its jobs and for what people do before they are signed in.
    System,
}

/// Settings of the instance on which a permission hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// People may create teams.
    TeamCreate,
}

impl Switch {
    /// The setting's name.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::TeamCreate => "team:create",
        }
    }
}

macro_rules! permissions {
    ($($name:ident $key:literal $sentence:literal $kind:ident $held:expr $(, own: $own:ident)?;)*) => {
        /// Something that somebody may or may not do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)] // its sentence is beside it
        #[repr(u8)]
        pub enum Permission { $($name),* }

        impl Permission {
            /// The whole catalogue, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable key, such as `team.member.invite`.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// What it lets somebody do: “invite people to the team”.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence),* }
            }

            /// What it is asked about.
            pub const fn kind(self) -> Kind {
                match self { $(Self::$name => Kind::$kind),* }
            }

            /// Who holds it.
            pub const fn held(self) -> Held {
                use Held::*;
                match self { $(Self::$name => $held),* }
            }

            /// The permission that is asked instead when the object is the person who asks.
            pub const fn about_oneself(self) -> Option<Self> {
                match self {
                    $($(Self::$name => Some(Self::$own),)?)*
                    _ => None,
                }
            }
        }
    };
}

permissions! {
    // The second source's matrix.
    TeamBillingManage "team.billing.manage" "manage billing" Team Owner;
    TeamProjectList "team.project.list" "view the team’s projects" Team Member;
    ProjectCreate "project.create" "create a project" Team Owner;
    ProjectLifecycle "project.lifecycle" "start, restart, suspend or delete a project" Project Owner;
    ProjectEditorOpen "project.editor.open" "open a project’s editor and see its status" Project Member;
    ProjectFlowEdit "project.flow.edit" "modify a project’s flows" Project Member;
    ProjectRead "project.read" "view a project" Project Member;
    ProjectActivityRead "project.activity.read" "view a project’s activity" Project Member;
    SnapshotList "snapshot.list" "view a project’s snapshots" Project Member;
    SnapshotCreate "snapshot.create" "create a snapshot" Project Member;
    SnapshotRollback "snapshot.rollback" "roll a project back to a snapshot" Project Member;
    SnapshotSetDeviceTarget "snapshot.set-device-target" "set a snapshot as the device target" Project Member;
    SnapshotDelete "snapshot.delete" "delete a snapshot" Project Owner;
    DeviceList "device.list" "view the devices" Team Member;
    DeviceRegister "device.register" "register a device" Team Owner;
    DeviceDelete "device.delete" "delete a device" Device Owner;
    DeviceRead "device.read" "view a device" Device Member;
    DeviceEditAssigned "device.edit-assigned" "edit a device that is assigned to a project" Device Member;
    DeviceEditUnassigned "device.edit-unassigned" "edit a device that is assigned to no project" Device Owner;
    DeviceSettingsGeneralRead "device.settings.general.read" "view a device’s general settings" Device Member;
    DeviceEnvRead "device.env.read" "view a device’s environment variables" Device Member;
    DeviceEnvEdit "device.env.edit" "edit a device’s environment variables" Device Member;
    ProjectLogsRead "project.logs.read" "view a project’s logs" Project Member;
    ProjectSettingsGeneralRead "project.settings.general.read" "view a project’s general settings" Project Member;
    ProjectEnvRead "project.env.read" "view a project’s environment variables" Project Member;
    ProjectEnvEdit "project.env.edit" "edit a project’s environment variables" Project Member;
    ProjectSettingsRead "project.settings.read" "view a project’s other settings" Project Owner;
    ProjectSettingsEdit "project.settings.edit" "edit a project’s other settings" Project Owner;
    TeamMemberInvite "team.member.invite" "invite people, and see and revoke invitations" Team Owner;
    TeamMemberChangeRole "team.member.change-role" "change somebody’s role" Member Owner;
    TeamMemberRemoveSelf "team.member.remove-self" "leave the team" Member Member;
    TeamMemberRemoveOther "team.member.remove-other" "remove somebody else from the team" Member Owner, own: TeamMemberRemoveSelf;
    TeamAuditRead "team.audit.read" "read the team’s audit log" Team Owner;
    TeamSettingsManage "team.settings.manage" "change and delete the team" Team Owner;
    // What no row of it names.
    TeamRead "team.read" "view the team" Team Member;
    TeamTransfer "team.transfer" "export the team and import into it" Team Owner;
    TeamMemberList "team.member.list" "view the members" Team Member;
    TeamMemberExplain "team.member.explain" "ask why a member may do something" Member Owner, own: TeamMemberExplainSelf;
    TeamMemberExplainSelf "team.member.explain-self" "ask why one may do something oneself" Member Member;
    ServiceAccountList "service-account.list" "see the service accounts" Team Owner;
    ServiceAccountCreate "service-account.create" "create a service account" Team Owner;
    ServiceAccountManage "service-account.manage" "rename and delete a service account, and give it permission groups" Team Owner;
    ServiceAccountCredentials "service-account.credentials" "make and revoke tokens of a service account" Team Owner;
    TeamMemberArrange "team.member.arrange" "put somebody into permission groups, as far as one manages their products" Member InTeam;
    InvitationManage "invitation.manage" "resend and revoke an invitation" Invitation Owner;
    InvitationAnswer "invitation.answer" "accept or decline an invitation" Invitation Own;
    // Products.
    TeamProductList "team.product.list" "see the products that one is in" Team InTeam;
    ProductCreate "product.create" "create a product" Team Owner;
    ProductOrder "product.order" "order the products" Team Owner;
    ProductRead "product.read" "see the product" Product InProduct;
    ProductEdit "product.edit" "rename and describe the product" Product Owner;
    ProductDelete "product.delete" "delete the product" Product Owner;
    ProductMembersManage "product.members.manage" "invite and remove people, and manage permission groups" Product Group(Access::None);
    ProductMemberMove "product.member.move" "move somebody to another permission group" ProductMember With(Permission::ProductMembersManage);
    ProductMemberRemove "product.member.remove" "remove somebody from the product" ProductMember With(Permission::ProductMembersManage), own: ProductLeave;
    ProductLeave "product.leave" "leave the product" ProductMember InProduct;
    ProductMemberExplain "product.member.explain" "ask why somebody may do something in the product" ProductMember With(Permission::ProductMembersManage), own: ProductExplainSelf;
    ProductExplainSelf "product.member.explain-self" "ask why one may do something in the product oneself" ProductMember InProduct;
    PermissionGroupWrite "permission-group.write" "change and delete a permission group" PermissionGroup With(Permission::ProductMembersManage);
    ProductInvitationManage "product.invitation.manage" "resend, change and revoke an invitation to the product" Invitation With(Permission::ProductMembersManage);
    ProductAuditRead "product.audit.read" "read the product’s audit log" Product Group(Access::None);
    TwoFactorDisable "product.member.disable-2fa" "switch off somebody’s second factor" ProductMember Group(Access::None);
    ConfigWrite "config.write" "create, change and order configs" Product Group(Access::None);
    ConfigDelete "config.delete" "delete configs" Product Group(Access::None);
    EnvironmentWrite "environment.write" "create, change and order environments" Product Group(Access::None);
    EnvironmentDelete "environment.delete" "delete environments" Product Group(Access::None);
    SettingWrite "setting.write" "create, change and order flags and settings" Config Group(Access::None);
    SettingTag "setting.tag" "tag flags and settings" Config Group(Access::None);
    SettingDelete "setting.delete" "delete flags and settings" Config Group(Access::None);
    TagWrite "tag.write" "create and change tags" Product Group(Access::None);
    TagDelete "tag.delete" "delete tags" Product Group(Access::None);
    SegmentWrite "segment.write" "create and change segments" Product Group(Access::None);
    SegmentDelete "segment.delete" "delete segments" Product Group(Access::None);
    WebhookManage "webhook.manage" "manage webhooks" Webhook Group(Access::ReadOnly);
    ProductExport "product.export" "export and import" Product Group(Access::None);
    ProductPreferences "product.preferences" "change the product’s preferences" Product Group(Access::None);
    IntegrationManage "integration.manage" "manage integrations" Product Group(Access::None);
    SdkKeyRead "sdk-key.read" "see the SDK keys" SdkKey Group(Access::ReadOnly);
    SdkKeyRotate "sdk-key.rotate" "add and remove SDK keys" SdkKey Group(Access::ReadOnly);
    ProductStatistics "product.statistics" "see how often a config is read" SdkKey Group(Access::ReadOnly);
    ValueRead "value.read" "see the values of an environment" Value Reach(Access::ReadOnly);
    ValueWrite "value.write" "change the values of an environment" Value Reach(Access::Full);
    TeamSuspend "team.suspend" "suspend a team" Team Administrator;
    // A person's own account.
    AccountRead "account.read" "see one’s own account" Account Own;
    AccountEdit "account.edit" "change one’s own name and default team" Account Own;
    AccountCredentials "account.credentials" "change one’s own password, address, sessions and tokens" Account OwnInBrowser;
    AccountDelete "account.delete" "delete one’s own account" Account OwnInBrowser;
    // The instance.
    TeamCreate "team.create" "create a team" Platform Everyone(Switch::TeamCreate);
    PlatformRead "platform.read" "see the administration" Platform Administrator;
    PlatformSettings "platform.settings" "change the instance’s settings" Platform Administrator;
    PersonList "person.list" "see everybody on the instance" Platform Administrator;
    PersonCreate "person.create" "create an account for somebody" Platform Administrator;
    PersonRead "person.read" "see somebody’s account" Person Administrator;
    PersonEdit "person.edit" "change, suspend, verify or promote somebody" Person Administrator;
    PersonDelete "person.delete" "delete somebody’s account" Person Administrator;
    MailSendAgain "mail.send-again" "send a mail again" Platform Administrator;
    // What Burgee does by itself.
    SystemAccount "system.account" "sign people in and up, and answer the links they were sent" Account System;
    SystemPlatform "system.platform" "create accounts, keep settings, and clear away what has expired" Platform System;
    SystemTransfer "system.transfer" "export and import on the command line" Platform System;
    SystemInvitation "system.invitation" "deliver and end invitations" Invitation System;
}

const _: () = assert!(Permission::ALL.len() <= 128, "Permissions is a set of 128 bits");

impl Permission {
    /// The permission of that key.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.key() == key)
    }

    /// Whether it makes or starts something: refused while the team is suspended.
    pub const fn creates(self) -> bool {
        use Permission as P;
        matches!(
            self,
            P::ProjectCreate
                | P::ProjectLifecycle
                | P::DeviceRegister
                | P::SnapshotCreate
                | P::SnapshotRollback
                | P::TeamMemberInvite
                | P::ProductCreate
                | P::ServiceAccountCreate
        )
    }

    /// Whether it only lets somebody look. No change may be made under it, which the compiler checks.
    pub const fn only_reads(self) -> bool {
        use Permission as P;
        matches!(
            self,
            P::TeamProjectList
                | P::ProjectRead
                | P::ProjectActivityRead
                | P::SnapshotList
                | P::DeviceList
                | P::DeviceRead
                | P::DeviceSettingsGeneralRead
                | P::DeviceEnvRead
                | P::ProjectLogsRead
                | P::ProjectSettingsGeneralRead
                | P::ProjectEnvRead
                | P::ProjectSettingsRead
                | P::TeamAuditRead
                | P::TeamRead
                | P::TeamMemberList
                | P::TeamMemberExplain
                | P::TeamMemberExplainSelf
                | P::ServiceAccountList
                | P::TeamProductList
                | P::ProductRead
                | P::ProductMemberExplain
                | P::ProductExplainSelf
                | P::ProductAuditRead
                | P::SdkKeyRead
                | P::ProductStatistics
                | P::ValueRead
                | P::AccountRead
                | P::PlatformRead
                | P::PersonList
                | P::PersonRead
        )
    }

    /// Whether it handles credentials of others: only in a browser, for no token makes tokens.
    pub const fn in_browser(self) -> bool {
        matches!(self, Self::ServiceAccountCredentials)
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u128);

impl Permissions {
    /// What a role includes, worked out when Burgee is compiled.
    pub(super) const fn of_role(role: Role) -> Self {
        let mut set = 0;
        let mut at = 0;
        while at < Permission::ALL.len() {
            let permission = Permission::ALL[at];
            let least = match permission.held() {
                Held::Owner | Held::InProduct | Held::Group(_) | Held::Reach(_) | Held::With(_) => Role::Owner,
                Held::Member => Role::Member,
                Held::InTeam => Role::Guest,
                _ => {
                    at += 1;
                    continue;
                }
            };
            if role as i64 >= least as i64 {
                set |= 1 << permission as u8;
            }
            at += 1;
        }
        Self(set)
    }

    /// Whether all of the others are in it too.
    pub const fn include(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// How many there are in it.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether there is none in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the permission is in it.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 >> permission as u8 & 1 == 1
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<T: IntoIterator<Item = Permission>>(permissions: T) -> Self {
        Self(permissions.into_iter().fold(0, |set, permission| set | 1 << permission as u8))
    }
}

/// A row of the role matrix, as the page *Roles* draws it.
pub struct Row {
    /// Where it stands: `["Selected Project", "Snapshots", "Delete Snapshot"]`.
    pub path: &'static [&'static str],
    /// What it needs. Sections, headings and menus need nothing: they show if anything in them does.
    pub permission: Option<Permission>,
}

macro_rules! matrix {
    ($($($part:literal)>+ $(= $permission:ident)?;)*) => {
        /// The role matrix, row by row, in the order of its source.
        pub const MATRIX: &[Row] = &[$(Row { path: &[$($part),+], permission: matrix!(@ $($permission)?) }),*];
    };
    (@ $permission:ident) => { Some(Permission::$permission) };
    (@) => { None };
}

matrix! {
    "Manage Billing" = TeamBillingManage;
    "Overview";
    "Overview" > "View Projects" = TeamProjectList;
    "Overview" > "Create Project" = ProjectCreate;
    "Projects";
    "Projects" > "View Projects" = TeamProjectList;
    "Projects" > "Create Project" = ProjectCreate;
    "Project";
    "Project" > "Actions Menu" = ProjectLifecycle;
    "Project" > "Editor Link + Status" = ProjectEditorOpen;
    "Project" > "Modify Flows" = ProjectFlowEdit;
    "Selected Project";
    "Selected Project" > "Overview" = ProjectRead;
    "Selected Project" > "Activity" = ProjectActivityRead;
    "Selected Project" > "Snapshots";
    "Selected Project" > "Snapshots" > "View Snapshots" = SnapshotList;
    "Selected Project" > "Snapshots" > "Create Snapshot" = SnapshotCreate;
    "Selected Project" > "Snapshots" > "Rollback" = SnapshotRollback;
    "Selected Project" > "Snapshots" > "Set as Device Target" = SnapshotSetDeviceTarget;
    "Selected Project" > "Snapshots" > "Delete Snapshot" = SnapshotDelete;
    "Selected Project" > "Devices";
    "Selected Project" > "Devices" > "View Devices" = DeviceList;
    "Selected Project" > "Devices" > "Register Device" = DeviceRegister;
    "Selected Project" > "Devices" > "Device Row Menu";
    "Selected Project" > "Devices" > "Device Row Menu" > "Delete Device" = DeviceDelete;
    "Selected Project" > "Devices" > "Device Overview" = DeviceRead;
    "Selected Project" > "Devices" > "Device Settings";
    "Selected Project" > "Devices" > "Device Settings" > "Edit Device" = DeviceEditAssigned;
    "Selected Project" > "Devices" > "Device Settings" > "View Environment Variables" = DeviceEnvRead;
    "Selected Project" > "Devices" > "Device Settings" > "Edit Environment Variables" = DeviceEnvEdit;
    "Selected Project" > "Devices" > "Device Settings" > "Delete Device" = DeviceDelete;
    "Selected Project" > "Logs" = ProjectLogsRead;
    "Selected Project" > "Settings";
    "Selected Project" > "Settings" > "View General" = ProjectSettingsGeneralRead;
    "Selected Project" > "Settings" > "View Environment Variables" = ProjectEnvRead;
    "Selected Project" > "Settings" > "Edit Environment Variables" = ProjectEnvEdit;
    "Selected Project" > "Settings" > "View Other Settings" = ProjectSettingsRead;
    "Selected Project" > "Settings" > "Edit Other Settings" = ProjectSettingsEdit;
    "Devices";
    "Devices" > "View Devices" = DeviceList;
    "Devices" > "Register Device" = DeviceRegister;
    "Devices" > "Device Row Menu";
    "Devices" > "Device Overview" = DeviceRead;
    "Devices" > "Device Settings";
    "Devices" > "Device Settings" > "General" = DeviceSettingsGeneralRead;
    "Devices" > "Device Settings" > "Edit Device" = DeviceEditUnassigned;
    "Devices" > "Device Settings" > "View Environment Variables" = DeviceEnvRead;
    "Devices" > "Device Settings" > "Edit Environment Variables" = DeviceEnvEdit;
    "Devices" > "Device Settings" > "Delete Device" = DeviceDelete;
    "Members";
    "Members" > "Invite" = TeamMemberInvite;
    "Members" > "Member List Row Menu";
    "Members" > "Member List Row Menu" > "Change Role" = TeamMemberChangeRole;
    "Members" > "Member List Row Menu" > "Remove From Team" = TeamMemberRemoveSelf;
    "Members" > "Member List Row Menu" > "Remove Other from Team" = TeamMemberRemoveOther;
    "Audit Log" = TeamAuditRead;
    "Team Settings" = TeamSettingsManage;
}
