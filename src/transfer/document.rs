//! The document: what is written by an export and read by an import, and what people write by hand. `docs/export.md` explains it.
//!
//! Things are named, not numbered: a value names its environment, a rule its segment. Ids may stand beside the names and are kept where they are
//! free. What a document does not say is not compared with what there is, and takes its usual beginning where it is created.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use super::written::{Comparand, Named, Scalar, ValuePart};
use crate::ids::{ConfigId, EnvironmentId, GroupId, ProductId, SegmentId, SettingId, TagId, TeamId, VariationId, WebhookId};

/// The version of the format that is written, and the only one so far.
pub const VERSION: u32 = 1;

macro_rules! parts {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }
    )*};
}

parts! {
    /// Teams or products, with what is in them.
    Document {
        /// The version of the format: 1.
        burgee: u32,
        /// Teams, each with its products.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        teams: Vec<TeamPart>,
        /// Products that are told without their team.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        products: Vec<ProductPart>,
        /// What whoever exported may not see, and what is therefore not in here. Importing takes no notice of it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        left_out: Vec<LeftOut>,
    }

    /// Something that is not in the document.
    LeftOut {
        /// Of which product.
        product: String,
        /// What it is.
        what: String,
        /// In which environment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment: Option<String>,
    }

    /// A team.
    TeamPart {
        /// Its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        id: Option<TeamId>,
        /// Its name.
        name: String,
        /// Its place in addresses; made of the name if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slug: Option<String>,
        /// Who is to be in it. They are invited.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        people: Vec<MemberPart>,
        /// Its products, in their order.
        #[serde(default)]
        products: Vec<ProductPart>,
    }

    /// Somebody in a team.
    MemberPart {
        /// Their address.
        email: String,
        /// `owner` or `member`.
        role: String,
    }

    /// A product.
    ProductPart {
        /// Its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        id: Option<ProductId>,
        /// Its name.
        name: String,
        /// What it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// How keys of new settings are written: `camelCase`, `lowerCase`, `upperCase`, `pascalCase` or `kebabCase`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key_style: Option<String>,
        /// Whether the pages show the ids of variations.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        show_variation_ids: Option<bool>,
        /// Whether a setting needs a hint.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hint_mandatory: Option<bool>,
        /// Whether every change of a value needs a note.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note_required: Option<bool>,
        /// The permission group that invitations start with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        default_group: Option<String>,
        /// Its environments, in their order.
        #[serde(default)]
        environments: Vec<EnvironmentPart>,
        /// Its tags.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tags: Vec<TagPart>,
        /// Its segments.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        segments: Vec<SegmentPart>,
        /// Its configs, in their order.
        #[serde(default)]
        configs: Vec<ConfigPart>,
        /// Its permission groups. A new product of which nothing is said gets the group *Administrators*.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        permission_groups: Option<Vec<GroupPart>>,
        /// Who is to be in it. They are invited.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        people: Vec<PersonPart>,
        /// Its webhooks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        webhooks: Vec<WebhookPart>,
    }

    /// A webhook.
    WebhookPart {
        /// Its number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<i64>)]
        id: Option<WebhookId>,
        /// The name of its config.
        config: String,
        /// The name of its environment.
        environment: String,
        /// Where it sends.
        url: String,
        /// `get` or `post`; `get` if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        method: Option<String>,
        /// The template of what it says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<String>,
        /// Its headers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        headers: Vec<HeaderPart>,
        /// What it signs with, one or two; without any, a new one is made.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        signing_keys: Vec<String>,
    }

    /// A header of a webhook.
    HeaderPart {
        /// Its name.
        key: String,
        /// Its value. Where it is secure, only an export on the command line has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
        /// Whether the value is never shown again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        secure: bool,
    }

    /// Somebody in a product.
    PersonPart {
        /// Their address.
        email: String,
        /// The name of their permission group.
        group: String,
    }

    /// An environment.
    EnvironmentPart {
        /// Its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        id: Option<EnvironmentId>,
        /// Its name.
        name: String,
        /// Its colour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        color: Option<String>,
        /// What it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// Whether every change of a value in it needs a note.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note_required: Option<bool>,
    }

    /// A tag.
    TagPart {
        /// Its number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<i64>)]
        id: Option<TagId>,
        /// Its word.
        name: String,
        /// Its colour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        color: Option<String>,
    }

    /// A segment.
    SegmentPart {
        /// Its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        id: Option<SegmentId>,
        /// Its name.
        name: String,
        /// What it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// All of them must hold; each is about an attribute.
        conditions: Vec<ConditionPart>,
    }

    /// A permission group.
    GroupPart {
        /// Its number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<i64>)]
        id: Option<GroupId>,
        /// Its name.
        name: String,
        /// Its switches that are on, such as `canManageMembers`.
        #[serde(default)]
        permissions: Vec<String>,
        /// To which environments it gives access: `full`, `readOnly`, or `custom` with a level for each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        access: Option<String>,
        /// Where `access` is `custom`: the level by environment, `full`, `readOnly` or `none`.
        #[serde(default, skip_serializing_if = "Named::is_empty")]
        #[schema(value_type = std::collections::BTreeMap<String, String>)]
        environments: Named<String>,
        /// Where `access` is `custom`: the level in environments that are created later.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_environments: Option<String>,
    }

    /// A config.
    ConfigPart {
        /// Its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        id: Option<ConfigId>,
        /// Its name.
        name: String,
        /// What it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// The generation of its rules: `v1` or `v2`, which it is if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<String>,
        /// What sensitive comparison values are hashed with in its files.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        salt: Option<String>,
        /// Its SDK keys by environment; where nothing is said, one is made.
        #[serde(default, skip_serializing_if = "Named::is_empty")]
        #[schema(value_type = std::collections::BTreeMap<String, KeysPart>)]
        sdk_keys: Named<KeysPart>,
        /// Its settings, in their order.
        #[serde(default)]
        settings: Vec<SettingPart>,
    }

    /// The SDK keys of a config in an environment.
    KeysPart {
        /// The one that applications use.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        primary: Option<String>,
        /// The one beside it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secondary: Option<String>,
    }

    /// A flag or another setting.
    SettingPart {
        /// Its number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<i64>)]
        id: Option<SettingId>,
        /// What programs ask for.
        key: String,
        /// Its name; the key if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// What it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
        /// What its values are: `boolean`, `string`, `int` or `double`.
        #[serde(rename = "type")]
        kind: String,
        /// Whether its texts must be JSON.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        json: bool,
        /// The names of its tags.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tags: Vec<String>,
        /// The values that it can have; none: any of its type.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        variations: Vec<VariationPart>,
        /// What it is in each environment: a plain value, or an object with rules.
        #[serde(default, skip_serializing_if = "Named::is_empty")]
        #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
        values: Named<ValuePart>,
    }

    /// A value that a setting can have.
    VariationPart {
        /// Its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        id: Option<VariationId>,
        /// The value.
        #[schema(value_type = serde_json::Value)]
        value: Scalar,
        /// Its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// What it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
    }

    /// What a setting is for whom.
    RulesPart {
        /// What everybody gets for whom nothing else decides.
        #[schema(value_type = serde_json::Value)]
        value: Scalar,
        /// The first rule whose conditions all hold decides.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rules: Vec<RulePart>,
        /// Divides everybody for whom no rule decides.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        split: Vec<SharePart>,
        /// The attribute by which people are divided; without it, their identifier.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attribute: Option<String>,
        /// What texts in lists that are compared with stand for: for people, never served.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        hints: BTreeMap<String, String>,
    }

    /// What people get for whom all conditions hold: `then` or `split`.
    RulePart {
        /// All of them must hold.
        #[serde(rename = "if")]
        conditions: Vec<ConditionPart>,
        /// The same to everybody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<serde_json::Value>)]
        then: Option<Scalar>,
        /// It divides them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        split: Vec<SharePart>,
    }

    /// What a share of the people gets.
    SharePart {
        /// How many of a hundred.
        percent: u8,
        /// What they get.
        #[schema(value_type = serde_json::Value)]
        value: Scalar,
    }

    /// A condition: about an attribute of the user, a segment, or another setting of the config.
    ConditionPart {
        /// The attribute.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attribute: Option<String>,
        /// The segment’s name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        segment: Option<String>,
        /// The other setting’s key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flag: Option<String>,
        /// The comparison, such as `textEndsWithAnyOf`, `isIn`, `equals`.
        is: String,
        /// What it is compared with: a text, a number, a list of texts, or the other setting’s value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<serde_json::Value>)]
        value: Option<Comparand>,
    }
}

impl Document {
    /// All products, also those in teams.
    pub fn all_products(&self) -> impl Iterator<Item = &ProductPart> {
        self.teams.iter().flat_map(|team| &team.products).chain(&self.products)
    }
}
