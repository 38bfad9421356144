//! How values stand in a document: plain ones as JSON has them, and things by their names.

use flag_eval::model::Value;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};

use super::document::RulesPart;

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
