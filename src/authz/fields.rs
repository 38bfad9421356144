//! What a path holds, read from the `Deserialize` of the struct that it is read into: the names, and what kind of text stands for each.

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, Visitor, value::Error};

/// The fields of a struct, each with `uuid`, `integer` or `string`.
pub fn fields_of<T: DeserializeOwned>() -> Vec<(&'static str, &'static str)> {
    let mut fields = Fields { left: &[], found: vec![] };
    // What is made of the stand-ins does not matter, nor whether something is.
    let _ = T::deserialize(&mut fields);
    let Fields { left, mut found } = fields;
    found.extend(left.iter().map(|name| (*name, "string")));
    found
}

/// Hands out a stand-in for each field, and notes what was asked for.
struct Fields {
    left: &'static [&'static str],
    found: Vec<(&'static str, &'static str)>,
}

impl<'de> Deserializer<'de> for &mut Fields {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(serde::de::Error::custom("no fields"))
    }
    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.left = fields;
        visitor.visit_map(self)
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for &mut Fields {
    type Error = Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, left)) = self.left.split_first() else { return Ok(None) };
        self.left = left;
        self.found.push((name, "string"));
        seed.deserialize(serde::de::value::StrDeserializer::new(name)).map(Some)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(StandIn(self.found.last_mut().map(|(_, kind)| kind)))
    }
}

/// A value of which only the kind is known, once it is asked for. A UUID is read from a text that is borrowed, a text from one that is not.
struct StandIn<'a>(Option<&'a mut &'static str>);

impl StandIn<'_> {
    fn note(self, kind: &'static str) {
        if let Some(place) = self.0 {
            *place = kind;
        }
    }
}

impl<'de> Deserializer<'de> for StandIn<'_> {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str("")
    }
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.note("uuid");
        visitor.visit_str("00000000-0000-0000-0000-000000000000")
    }
    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.note("integer");
        visitor.visit_i64(0)
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 u8 u16 u32 u64 f32 f64 char string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ProductId, SettingId};

    #[test]
    fn a_path_tells_its_names_and_kinds() {
        #[derive(serde::Deserialize)]
        #[expect(dead_code, reason = "only its shape is read")]
        struct Path {
            team: String,
            product: ProductId,
            setting: SettingId,
        }
        assert_eq!(fields_of::<Path>(), [("team", "string"), ("product", "uuid"), ("setting", "integer")]);
        #[derive(serde::Deserialize)]
        struct Nothing {}
        assert_eq!(fields_of::<Nothing>(), []);
    }
}
