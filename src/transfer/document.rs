//! The document: what is written by an export and read by an import, and what people write by hand. `docs/export.md` explains it.
//!
//! Things are named, not numbered: a value names its environment, a rule its segment. Ids may stand beside the names and are kept where they are
//! free. What a document does not say is not compared with what there is, and takes its usual beginning where it is created.

use flag_eval::model::Value;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};
use utoipa::ToSchema;

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
        #[schema(value_type = Object)]
        values: Named<ValuePart>,
    }

    /// A value that a setting can have.
    VariationPart {
        /// Its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        id: Option<VariationId>,
        /// The value.
        #[schema(value_type = Object)]
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
        #[schema(value_type = Object)]
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
    }

    /// What people get for whom all conditions hold: `then` or `split`.
    RulePart {
        /// All of them must hold.
        #[serde(rename = "if")]
        conditions: Vec<ConditionPart>,
        /// The same to everybody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Object)]
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
        #[schema(value_type = Object)]
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
        #[schema(value_type = Object)]
        value: Option<Comparand>,
    }
}

/// A plain value: `true`, `"text"`, `5`, `0.5`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar(pub Value);

impl Default for Scalar {
    fn default() -> Self {
        Self(Value::Bool(false))
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Value::Bool(on) => to.serialize_bool(*on),
            Value::Text(text) => to.serialize_str(text),
            Value::Int(number) => to.serialize_i64(*number),
            Value::Double(number) => to.serialize_f64(*number),
        }
    }
}

/// What stands where a value may stand: a plain one, a list, or an object.
enum Anything<T> {
    Plain(Value),
    List(Vec<String>),
    Object(T),
}

/// Reads [`Anything`]; the errors below it keep their place.
struct Reading<T> {
    expecting: &'static str,
    lists: bool,
    object: Option<std::marker::PhantomData<T>>,
}

impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Reading<T> {
    type Value = Anything<T>;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.expecting)
    }
    fn visit_bool<E>(self, on: bool) -> Result<Anything<T>, E> {
        Ok(Anything::Plain(Value::Bool(on)))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Anything<T>, E> {
        Ok(Anything::Plain(Value::Int(number)))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Anything<T>, E> {
        Ok(Anything::Plain(i64::try_from(number).map_or(Value::Double(number as f64), Value::Int)))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Anything<T>, E> {
        Ok(Anything::Plain(Value::Double(number)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Anything<T>, E> {
        Ok(Anything::Plain(Value::Text(text.to_owned())))
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Anything<T>, A::Error> {
        match self.lists {
            true => Vec::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(Anything::List),
            false => Err(de::Error::invalid_type(de::Unexpected::Seq, &self)),
        }
    }
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Anything<T>, A::Error> {
        match self.object {
            Some(_) => T::deserialize(de::value::MapAccessDeserializer::new(map)).map(Anything::Object),
            None => Err(de::Error::invalid_type(de::Unexpected::Map, &self)),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let reading: Reading<()> = Reading { expecting: "true, false, a text or a number", lists: false, object: None };
        match from.deserialize_any(reading)? {
            Anything::Plain(value) => Ok(Self(value)),
            Anything::List(_) | Anything::Object(()) => Err(de::Error::custom("a plain value is wanted here")),
        }
    }
}

/// What a setting is in an environment: `true`, or an object with rules.
#[derive(Clone, Debug, PartialEq)]
pub enum ValuePart {
    /// The same to everybody.
    Plain(Scalar),
    /// It depends.
    Rules(RulesPart),
}

impl Serialize for ValuePart {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(value) => value.serialize(to),
            Self::Rules(rules) => rules.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for ValuePart {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let expecting = "true, false, a text, a number, or an object with `value` and rules";
        match from.deserialize_any(Reading { expecting, lists: false, object: Some(std::marker::PhantomData) })? {
            Anything::Plain(value) => Ok(Self::Plain(Scalar(value))),
            Anything::Object(rules) => Ok(Self::Rules(rules)),
            Anything::List(_) => Err(de::Error::custom("a list is no value")),
        }
    }
}

/// What an attribute is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparand {
    /// A text, a number, or the value of a setting.
    One(Scalar),
    /// Several texts.
    List(Vec<String>),
}

impl Serialize for Comparand {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(value) => value.serialize(to),
            Self::List(texts) => texts.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Comparand {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let reading: Reading<()> = Reading { expecting: "a text, a number, true, false or a list of texts", lists: true, object: None };
        match from.deserialize_any(reading)? {
            Anything::Plain(value) => Ok(Self::One(Scalar(value))),
            Anything::List(texts) => Ok(Self::List(texts)),
            Anything::Object(()) => Err(de::Error::custom("an object is not compared with")),
        }
    }
}

/// Things by their names, in an order; a JSON object in which no name stands twice.
#[derive(Clone, Debug, PartialEq)]
pub struct Named<T>(pub Vec<(String, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<T> Named<T> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (name, thing) in &self.0 {
            map.serialize_entry(name, thing)?;
        }
        map.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = Named<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object by names")
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Named<T>, A::Error> {
                let mut all: Vec<(String, T)> = vec![];
                let mut seen = std::collections::HashSet::new();
                while let Some((name, thing)) = map.next_entry::<String, T>()? {
                    if !seen.insert(name.to_lowercase()) {
                        return Err(de::Error::custom(format_args!("`{name}` stands here twice")));
                    }
                    all.push((name, thing));
                }
                Ok(Named(all))
            }
        }
        from.deserialize_map(Visitor(std::marker::PhantomData))
    }
}
