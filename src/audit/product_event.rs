//! The catalogue of what happens in products: each event names its product, and the environment where it is about one.
//!
//! What an event about an environment carries of values stands in [`ProductEvent::changes`] and in its note, never in its sentence: whoever has
//! no access to the environment reads the sentence alone. To add one: its line in the list, its sentence, and its objects.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::event::{Change, Part, Who};
use crate::ids::{ConfigId, EnvironmentId, GroupId, IntegrationId, ProductId, SegmentId, SettingId, TagId, TeamId, VersionId, WebhookId};

/// The product, as an event remembers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InProduct {
    /// Its team.
    pub team: TeamId,
    /// The product.
    pub product: ProductId,
    /// Its name at that moment.
    pub name: String,
}

/// An environment, as an event remembers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentRef {
    /// The environment.
    pub id: EnvironmentId,
    /// Its name at that moment.
    pub name: String,
    /// Its colour at that moment.
    pub color: Option<String>,
}

macro_rules! refs {
    ($($(#[$doc:meta])* $name:ident($id:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            /// Its id.
            pub id: $id,
            /// Its name at that moment.
            pub name: String,
        }
    )*};
}

refs! {
    /// A config, as an event remembers it.
    ConfigRef(ConfigId);
    /// A permission group, as an event remembers it.
    GroupRef(GroupId);
    /// A segment, as an event remembers it.
    SegmentRef(SegmentId);
    /// A tag, as an event remembers it.
    TagRef(TagId);
    /// A connection to a service of somebody else, as an event remembers it.
    IntegrationRef(IntegrationId);
}

/// A setting, as an event remembers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingRef {
    /// The setting.
    pub id: SettingId,
    /// Its key.
    pub key: String,
    /// Its name at that moment.
    pub name: String,
    /// The config that it stands in.
    pub config: ConfigRef,
}

impl SettingRef {
    /// The setting's value in an environment, as an object of the log.
    pub fn value_object(setting: SettingId, environment: EnvironmentId) -> Uuid {
        Uuid::from_u128(environment.0.as_u128() ^ u128::from(setting.0.unsigned_abs()))
    }
}

/// A value in an environment, as an event remembers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueRef {
    /// Where.
    pub environment: EnvironmentRef,
    /// The formula.
    pub formula: Value,
}

macro_rules! product_events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal { $($field:ident: $type:ty),* $(,)? })*) => {
        /// One thing that happened in a product.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "event", content = "data")]
        #[allow(missing_docs)] // the fields are named for what they are
        pub enum ProductEvent {
            $($(#[$doc])* #[serde(rename = $name)] $variant { at: InProduct, $($field: $type),* },)*
        }

        impl ProductEvent {
            /// Every name, as stored.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The stored name, such as `value.changed`.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)*
                }
            }

            /// Its product.
            pub fn at(&self) -> &InProduct {
                match self {
                    $(Self::$variant { at, .. })|* => at,
                }
            }
        }
    };
}

product_events! {
    Created = "product.created" { }
    Changed = "product.changed" { changes: Vec<Change> }
    Deleted = "product.deleted" { }
    GroupCreated = "permission-group.created" { group: GroupRef, changes: Vec<Change> }
    GroupChanged = "permission-group.changed" { group: GroupRef, changes: Vec<Change> }
    GroupDeleted = "permission-group.deleted" { group: GroupRef, replacement: Option<GroupRef> }
    GroupDefault = "permission-group.default" { group: Option<GroupRef> }
    MemberAdded = "product-member.added" { who: Who, group: GroupRef }
    MemberMoved = "product-member.moved" { who: Who, before: GroupRef, after: GroupRef }
    MemberRemoved = "product-member.removed" { who: Who, group: GroupRef }
    MemberLeft = "product-member.left" { who: Who, group: GroupRef }
    EnvironmentCreated = "environment.created" { environment: EnvironmentRef }
    EnvironmentChanged = "environment.changed" { environment: EnvironmentRef, changes: Vec<Change> }
    EnvironmentDeleted = "environment.deleted" { environment: EnvironmentRef, note: Option<String> }
    EnvironmentsOrdered = "environment.ordered" { order: Vec<String> }
    ConfigCreated = "config.created" { config: ConfigRef }
    ConfigChanged = "config.changed" { config: ConfigRef, changes: Vec<Change> }
    ConfigDeleted = "config.deleted" { config: ConfigRef, note: Option<String> }
    ConfigsOrdered = "config.ordered" { order: Vec<String> }
    SettingCreated = "setting.created" { setting: SettingRef, kind: String, values: Vec<ValueRef> }
    SettingChanged = "setting.changed" { setting: SettingRef, changes: Vec<Change> }
    SettingDeleted = "setting.deleted" { setting: SettingRef, kind: String, hint: Option<String>, note: Option<String>, values: Vec<ValueRef> }
    SettingsOrdered = "setting.ordered" { config: ConfigRef, order: Vec<String> }
    SettingTagged = "setting.tagged" { setting: SettingRef, added: Vec<TagRef>, removed: Vec<TagRef> }
    ValueChanged = "value.changed" { setting: SettingRef, environment: EnvironmentRef, note: Option<String>, before: Value, after: Value, version: VersionId, restored: Option<i64>, changes: Vec<Change> }
    VariationsChanged = "setting.variations-changed" { setting: SettingRef, changes: Vec<Change> }
    TagCreated = "tag.created" { tag: TagRef }
    TagChanged = "tag.changed" { tag: TagRef, changes: Vec<Change> }
    TagDeleted = "tag.deleted" { tag: TagRef }
    SegmentCreated = "segment.created" { segment: SegmentRef, changes: Vec<Change> }
    SegmentChanged = "segment.changed" { segment: SegmentRef, changes: Vec<Change> }
    SegmentDeleted = "segment.deleted" { segment: SegmentRef }
    SdkKeyAdded = "sdk-key.added" { config: ConfigRef, environment: EnvironmentRef, slot: String }
    SdkKeyPromoted = "sdk-key.promoted" { config: ConfigRef, environment: EnvironmentRef }
    SdkKeyRemoved = "sdk-key.removed" { config: ConfigRef, environment: EnvironmentRef, slot: String }
    WebhookCreated = "webhook.created" { webhook: WebhookId, config: ConfigRef, environment: EnvironmentRef, changes: Vec<Change> }
    WebhookChanged = "webhook.changed" { webhook: WebhookId, config: ConfigRef, environment: EnvironmentRef, changes: Vec<Change> }
    WebhookDeleted = "webhook.deleted" { webhook: WebhookId, config: ConfigRef, environment: EnvironmentRef, changes: Vec<Change> }
    SigningKeyAdded = "webhook.key-added" { webhook: WebhookId, config: ConfigRef, environment: EnvironmentRef }
    SigningKeyRemoved = "webhook.key-removed" { webhook: WebhookId, config: ConfigRef, environment: EnvironmentRef }
    IntegrationCreated = "integration.created" { integration: IntegrationRef, changes: Vec<Change> }
    IntegrationChanged = "integration.changed" { integration: IntegrationRef, changes: Vec<Change> }
    IntegrationDeleted = "integration.deleted" { integration: IntegrationRef }
    CodeReferencesUploaded = "code-references.uploaded" { config: ConfigRef, repository: String, branch: String }
    CodeReferencesDeleted = "code-references.deleted" { config: ConfigRef, repository: String, branch: Option<String> }
}

impl ProductEvent {
    /// What it is about, besides its product.
    pub fn objects(&self) -> Vec<Uuid> {
        let mut objects = vec![self.at().product.0];
        match self {
            Self::GroupCreated { group, .. } | Self::GroupChanged { group, .. } | Self::GroupDeleted { group, .. } => {
                objects.push(group.id.object());
            }
            Self::MemberAdded { who, group, .. }
            | Self::MemberMoved { who, after: group, .. }
            | Self::MemberRemoved { who, group, .. }
            | Self::MemberLeft { who, group, .. } => objects.extend([who.id.0, group.id.object()]),
            Self::EnvironmentCreated { environment, .. }
            | Self::EnvironmentChanged { environment, .. }
            | Self::EnvironmentDeleted { environment, .. } => objects.push(environment.id.0),
            Self::ConfigCreated { config, .. }
            | Self::ConfigChanged { config, .. }
            | Self::ConfigDeleted { config, .. }
            | Self::SettingsOrdered { config, .. } => objects.push(config.id.0),
            Self::SettingCreated { setting, values, .. } | Self::SettingDeleted { setting, values, .. } => {
                objects.extend([setting.id.object(), setting.config.id.0]);
                objects.extend(values.iter().map(|value| SettingRef::value_object(setting.id, value.environment.id)));
            }
            Self::SettingChanged { setting, .. } | Self::VariationsChanged { setting, .. } => {
                objects.extend([setting.id.object(), setting.config.id.0]);
            }
            Self::SettingTagged { setting, added, removed, .. } => {
                objects.extend([setting.id.object(), setting.config.id.0]);
                objects.extend(added.iter().chain(removed).map(|tag| tag.id.object()));
            }
            Self::ValueChanged { setting, environment, .. } => objects.extend([
                setting.id.object(),
                setting.config.id.0,
                environment.id.0,
                SettingRef::value_object(setting.id, environment.id),
            ]),
            Self::TagCreated { tag, .. } | Self::TagChanged { tag, .. } | Self::TagDeleted { tag, .. } => objects.push(tag.id.object()),
            Self::SegmentCreated { segment, .. } | Self::SegmentChanged { segment, .. } | Self::SegmentDeleted { segment, .. } => {
                objects.push(segment.id.0);
            }
            Self::SdkKeyAdded { config, environment, .. }
            | Self::SdkKeyPromoted { config, environment, .. }
            | Self::SdkKeyRemoved { config, environment, .. } => objects.extend([config.id.0, environment.id.0]),
            Self::WebhookCreated { webhook, config, environment, .. }
            | Self::WebhookChanged { webhook, config, environment, .. }
            | Self::WebhookDeleted { webhook, config, environment, .. }
            | Self::SigningKeyAdded { webhook, config, environment, .. }
            | Self::SigningKeyRemoved { webhook, config, environment, .. } => {
                objects.extend([webhook.object(), config.id.0, environment.id.0]);
            }
            Self::IntegrationCreated { integration, .. }
            | Self::IntegrationChanged { integration, .. }
            | Self::IntegrationDeleted { integration, .. } => objects.push(integration.id.0),
            Self::CodeReferencesUploaded { config, .. } | Self::CodeReferencesDeleted { config, .. } => objects.push(config.id.0),
            Self::Created { .. }
            | Self::Changed { .. }
            | Self::Deleted { .. }
            | Self::GroupDefault { .. }
            | Self::EnvironmentsOrdered { .. }
            | Self::ConfigsOrdered { .. } => {}
        }
        objects
    }

    /// The environment whose values, keys or statistics it is about: without access to it, only the sentence is read.
    pub fn environment(&self) -> Option<&EnvironmentRef> {
        match self {
            Self::ValueChanged { environment, .. }
            | Self::SdkKeyAdded { environment, .. }
            | Self::SdkKeyPromoted { environment, .. }
            | Self::SdkKeyRemoved { environment, .. }
            | Self::WebhookCreated { environment, .. }
            | Self::WebhookChanged { environment, .. }
            | Self::WebhookDeleted { environment, .. }
            | Self::SigningKeyAdded { environment, .. }
            | Self::SigningKeyRemoved { environment, .. } => Some(environment),
            _ => None,
        }
    }

    /// The setting that it is about.
    pub fn setting(&self) -> Option<&SettingRef> {
        match self {
            Self::SettingCreated { setting, .. }
            | Self::SettingChanged { setting, .. }
            | Self::SettingDeleted { setting, .. }
            | Self::SettingTagged { setting, .. }
            | Self::ValueChanged { setting, .. }
            | Self::VariationsChanged { setting, .. } => Some(setting),
            _ => None,
        }
    }

    /// The config that it is about, or that its setting stands in.
    pub fn config(&self) -> Option<&ConfigRef> {
        match self {
            Self::ConfigCreated { config, .. }
            | Self::ConfigChanged { config, .. }
            | Self::ConfigDeleted { config, .. }
            | Self::SettingsOrdered { config, .. }
            | Self::SdkKeyAdded { config, .. }
            | Self::SdkKeyPromoted { config, .. }
            | Self::SdkKeyRemoved { config, .. }
            | Self::WebhookCreated { config, .. }
            | Self::WebhookChanged { config, .. }
            | Self::WebhookDeleted { config, .. }
            | Self::SigningKeyAdded { config, .. }
            | Self::SigningKeyRemoved { config, .. }
            | Self::CodeReferencesUploaded { config, .. }
            | Self::CodeReferencesDeleted { config, .. } => Some(config),
            _ => self.setting().map(|setting| &setting.config),
        }
    }

    /// The ids of both.
    pub fn scope(&self) -> (Option<ConfigId>, Option<SettingId>) {
        (self.config().map(|config| config.id), self.setting().map(|setting| setting.id))
    }

    /// Why it was done, in the actor's own words.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::ValueChanged { note, .. }
            | Self::SettingDeleted { note, .. }
            | Self::EnvironmentDeleted { note, .. }
            | Self::ConfigDeleted { note, .. } => note.as_deref(),
            _ => None,
        }
    }

    /// Fields before and after, where the event has them.
    pub fn changes(&self) -> Vec<Change> {
        match self {
            Self::Changed { changes, .. }
            | Self::GroupCreated { changes, .. }
            | Self::GroupChanged { changes, .. }
            | Self::EnvironmentChanged { changes, .. }
            | Self::ConfigChanged { changes, .. }
            | Self::SettingChanged { changes, .. }
            | Self::ValueChanged { changes, .. }
            | Self::VariationsChanged { changes, .. }
            | Self::TagChanged { changes, .. }
            | Self::SegmentCreated { changes, .. }
            | Self::SegmentChanged { changes, .. }
            | Self::WebhookCreated { changes, .. }
            | Self::WebhookChanged { changes, .. }
            | Self::WebhookDeleted { changes, .. }
            | Self::IntegrationCreated { changes, .. }
            | Self::IntegrationChanged { changes, .. } => changes.clone(),
            Self::MemberMoved { before, after, .. } => Change::of("Permission group", &before.name, &after.name).into_iter().collect(),
            _ => vec![],
        }
    }

    /// What comes after the actor's name: “changed **Dark mode** in **Production**”.
    pub fn sentence(&self) -> Vec<Part> {
        let text = |text: &str| Part::Text(text.to_owned());
        let name = |name: &str| Part::Strong(name.to_owned());
        let mark = |environment: &EnvironmentRef| Part::Environment { name: environment.name.clone(), color: environment.color.clone() };
        let fields = |changes: &[Change]| changes.iter().map(|change| change.field.to_lowercase()).collect::<Vec<_>>().join(", ");
        let product = &self.at().name;
        match self {
            Self::Created { .. } => vec![text("created the product "), name(product)],
            Self::Changed { changes, .. } => vec![text("changed the "), text(&fields(changes)), text(" of "), name(product)],
            Self::Deleted { .. } => vec![text("deleted the product "), name(product)],
            Self::GroupCreated { group, .. } => vec![text("created the permission group "), name(&group.name)],
            Self::GroupChanged { group, .. } => vec![text("changed the permission group "), name(&group.name)],
            Self::GroupDeleted { group, replacement: None, .. } => vec![text("deleted the permission group "), name(&group.name)],
            Self::GroupDeleted { group, replacement: Some(other), .. } => {
                vec![text("deleted the permission group "), name(&group.name), text(" and moved everybody in it to "), name(&other.name)]
            }
            Self::GroupDefault { group: Some(group), .. } => {
                vec![text("made "), name(&group.name), text(" the group that invitations start with")]
            }
            Self::GroupDefault { group: None, .. } => vec![text("took away the group that invitations start with")],
            Self::MemberAdded { who, group, .. } => {
                vec![text("added "), name(&who.name), text(" to "), name(product), text(" as "), name(&group.name)]
            }
            Self::MemberMoved { who, before, after, .. } => {
                vec![text("moved "), name(&who.name), text(" from "), name(&before.name), text(" to "), name(&after.name)]
            }
            Self::MemberRemoved { who, group, .. } => {
                vec![text("removed "), name(&who.name), text(" from "), name(product), text(&format!(", who was in {}", group.name))]
            }
            Self::MemberLeft { .. } => vec![text("left the product "), name(product)],
            Self::EnvironmentCreated { environment, .. } => vec![text("created the environment "), mark(environment)],
            Self::EnvironmentChanged { environment, changes, .. } => {
                vec![text("changed the "), text(&fields(changes)), text(" of the environment "), mark(environment)]
            }
            Self::EnvironmentDeleted { environment, .. } => vec![text("deleted the environment "), mark(environment)],
            Self::EnvironmentsOrdered { .. } => vec![text("put the environments of "), name(product), text(" into another order")],
            Self::ConfigCreated { config, .. } => vec![text("created the config "), name(&config.name)],
            Self::ConfigChanged { config, changes, .. } => {
                vec![text("changed the "), text(&fields(changes)), text(" of the config "), name(&config.name)]
            }
            Self::ConfigDeleted { config, .. } => vec![text("deleted the config "), name(&config.name)],
            Self::ConfigsOrdered { .. } => vec![text("put the configs of "), name(product), text(" into another order")],
            Self::SettingCreated { setting, .. } => vec![text("created "), name(&setting.name), text(" in "), name(&setting.config.name)],
            Self::SettingChanged { setting, changes, .. } => {
                vec![text("changed the "), text(&fields(changes)), text(" of "), name(&setting.name)]
            }
            Self::SettingDeleted { setting, .. } => vec![text("deleted "), name(&setting.name), text(" from "), name(&setting.config.name)],
            Self::SettingsOrdered { config, .. } => vec![text("put the flags of "), name(&config.name), text(" into another order")],
            Self::SettingTagged { setting, added, removed, .. } => {
                let names = |tags: &[TagRef]| tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>().join(", ");
                let mut parts = vec![text("changed the tags of "), name(&setting.name), text(":")];
                if !added.is_empty() {
                    parts.extend([text(" added "), name(&names(added))]);
                }
                if !removed.is_empty() {
                    parts.extend([text(" removed "), name(&names(removed))]);
                }
                parts
            }
            Self::ValueChanged { setting, environment, restored, .. } => {
                let verb = if restored.is_some() { "restored an earlier value of " } else { "changed " };
                vec![text(verb), name(&setting.name), text(" in "), mark(environment)]
            }
            Self::VariationsChanged { setting, .. } => vec![text("changed the predefined variations of "), name(&setting.name)],
            Self::TagCreated { tag, .. } => vec![text("created the tag "), name(&tag.name)],
            Self::TagChanged { tag, changes, .. } => {
                vec![text("changed the "), text(&fields(changes)), text(" of the tag "), name(&tag.name)]
            }
            Self::TagDeleted { tag, .. } => vec![text("deleted the tag "), name(&tag.name)],
            Self::SegmentCreated { segment, .. } => vec![text("created the segment "), name(&segment.name)],
            Self::SegmentChanged { segment, .. } => vec![text("changed the segment "), name(&segment.name)],
            Self::SegmentDeleted { segment, .. } => vec![text("deleted the segment "), name(&segment.name)],
            Self::SdkKeyAdded { config, environment, slot, .. } => {
                vec![text(&format!("made a {slot} SDK key for ")), name(&config.name), text(" in "), mark(environment)]
            }
            Self::SdkKeyPromoted { config, environment, .. } => {
                vec![text("made the secondary SDK key of "), name(&config.name), text(" the primary one in "), mark(environment)]
            }
            Self::SdkKeyRemoved { config, environment, slot, .. } => {
                vec![text(&format!("took away the {slot} SDK key of ")), name(&config.name), text(" in "), mark(environment)]
            }
            Self::WebhookCreated { config, environment, .. } => {
                vec![text("created a webhook of "), name(&config.name), text(" in "), mark(environment)]
            }
            Self::WebhookChanged { config, environment, .. } => {
                vec![text("changed a webhook of "), name(&config.name), text(" in "), mark(environment)]
            }
            Self::WebhookDeleted { config, environment, .. } => {
                vec![text("deleted a webhook of "), name(&config.name), text(" in "), mark(environment)]
            }
            Self::SigningKeyAdded { config, environment, .. } => {
                vec![text("added a signing key to a webhook of "), name(&config.name), text(" in "), mark(environment)]
            }
            Self::SigningKeyRemoved { config, environment, .. } => {
                vec![text("took a signing key away from a webhook of "), name(&config.name), text(" in "), mark(environment)]
            }
            Self::IntegrationCreated { integration, .. } => vec![text("created the integration "), name(&integration.name)],
            Self::IntegrationChanged { integration, changes, .. } => {
                vec![text("changed the "), text(&fields(changes)), text(" of the integration "), name(&integration.name)]
            }
            Self::IntegrationDeleted { integration, .. } => vec![text("deleted the integration "), name(&integration.name)],
            Self::CodeReferencesUploaded { config, repository, branch, .. } => {
                vec![text("uploaded code references of "), name(&config.name), text(" in "), name(repository), text(&format!(", {branch}"))]
            }
            Self::CodeReferencesDeleted { config, repository, branch, .. } => {
                let branch = branch.as_ref().map(|branch| format!(", {branch}")).unwrap_or_default();
                vec![text("deleted code references of "), name(&config.name), text(" in "), name(repository), text(&branch)]
            }
        }
    }
}
