//! Values as the API writes them: with a member for each type, or plainly.

use flag_eval::model::{Kind, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::flags::formula::{Variation, check_value};

/// The types of settings, as they are written.
pub const TYPES: [&str; 4] = ["boolean", "string", "int", "double"];

/// The word for a type.
pub const fn type_word(kind: Kind) -> &'static str {
    TYPES[kind as usize]
}

/// A value: the member of its type says what it is, the others are null.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PredefinedVariationValueModel {
    /// Of a flag.
    #[schema(required)]
    pub bool_value: Option<bool>,
    /// Of a setting that is a text.
    #[schema(required)]
    pub string_value: Option<String>,
    /// Of a setting that is a whole number.
    #[schema(required)]
    pub int_value: Option<i64>,
    /// Of a setting that is a number.
    #[schema(required)]
    pub double_value: Option<f64>,
}

impl From<&Value> for PredefinedVariationValueModel {
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(value) => Self { bool_value: Some(*value), ..Self::default() },
            Value::Text(value) => Self { string_value: Some(value.clone()), ..Self::default() },
            Value::Int(value) => Self { int_value: Some(*value), ..Self::default() },
            Value::Double(value) => Self { double_value: Some(*value), ..Self::default() },
        }
    }
}

impl PredefinedVariationValueModel {
    /// The value of this type, if it is there.
    pub fn value(&self, kind: Kind) -> Option<Value> {
        match kind {
            Kind::Bool => self.bool_value.map(Value::Bool),
            Kind::Text => self.string_value.clone().map(Value::Text),
            Kind::Int => self.int_value.map(Value::Int),
            Kind::Double => self.double_value.map(Value::Double),
        }
    }

    /// The value of this type.
    ///
    /// # Errors
    /// Which member is missing.
    pub fn read(&self, kind: Kind) -> Result<Value, String> {
        let value = self.value(kind).ok_or_else(|| missing(kind))?;
        if Kind::ALL.into_iter().any(|other| other != kind && self.value(other).is_some()) {
            return Err(format!("Please give one value: this is of type {kind}."));
        }
        Ok(value)
    }
}

/// What is said of a value without the member of its type.
fn missing(kind: Kind) -> String {
    let field = ["BoolValue", "StringValue", "IntValue", "DoubleValue"][kind as usize];
    format!("{field} field must be set: this is of type {kind}.")
}

/// A value as plain JSON, of the setting’s type.
#[derive(ToSchema)]
#[schema(as = SettingValue)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its shape is described: `plain` reads it by the type of the setting")]
pub enum PlainValue {
    /// Of a flag.
    Bool(bool),
    /// Of a setting that is a text.
    Text(String),
    /// Of a setting that is a number.
    Number(f64),
}

/// A value, or one of the predefined variations, by its id.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValueModel {
    /// Of a flag.
    #[schema(required)]
    bool_value: Option<bool>,
    /// Of a setting that is a text.
    #[schema(required)]
    string_value: Option<String>,
    /// Of a setting that is a whole number.
    #[schema(required)]
    int_value: Option<i64>,
    /// Of a setting that is a number.
    #[schema(required)]
    double_value: Option<f64>,
    /// The variation, where the setting has predefined ones.
    #[schema(required)]
    predefined_variation_id: Option<String>,
}

impl From<&Value> for ValueModel {
    fn from(value: &Value) -> Self {
        let PredefinedVariationValueModel { bool_value, string_value, int_value, double_value } = value.into();
        Self { bool_value, string_value, int_value, double_value, predefined_variation_id: None }
    }
}

impl ValueModel {
    /// A value of a setting, with its variation.
    pub fn of(value: &Value, variations: &[Variation]) -> Self {
        let variation = variations.iter().find(|variation| variation.value == *value);
        Self { predefined_variation_id: variation.map(|variation| variation.id.to_string()), ..value.into() }
    }

    /// The same as a patch meets it: where there is a variation, it alone says what the value is.
    pub fn for_patch(value: &Value, variations: &[Variation]) -> Self {
        match Self::of(value, variations) {
            Self { predefined_variation_id: Some(id), .. } => Self { predefined_variation_id: Some(id), ..Self::default() },
            plain => plain,
        }
    }

    fn members(&self) -> PredefinedVariationValueModel {
        let Self { bool_value, string_value, int_value, double_value, .. } = self.clone();
        PredefinedVariationValueModel { bool_value, string_value, int_value, double_value }
    }

    /// Whether it names a variation.
    pub fn names_variation(&self) -> bool {
        self.predefined_variation_id.is_some()
    }

    /// The one value that is there, of whatever type, or that of the variation.
    ///
    /// # Errors
    /// Why there is none.
    pub fn as_written(&self, variations: &[Variation], patched: bool) -> Result<Value, String> {
        let members = self.members();
        let mut there = Kind::ALL.into_iter().filter_map(|kind| members.value(kind));
        let plain = there.next();
        if there.next().is_some() {
            return Err("Please give one value.".into());
        }
        self.one_of(plain, variations, patched, || "Please give one value.".into())
    }

    /// The value. A patch that puts a value beside a variation means the value.
    ///
    /// # Errors
    /// Why it is none of this type, or none of the variations.
    pub fn read(&self, kind: Kind, variations: &[Variation], patched: bool) -> Result<Value, String> {
        let members = self.members();
        let given = Kind::ALL.into_iter().any(|kind| members.value(kind).is_some());
        let plain = given.then(|| members.read(kind)).transpose()?;
        self.one_of(plain, variations, patched, || missing(kind))
    }

    fn one_of(&self, plain: Option<Value>, variations: &[Variation], patched: bool, missing: impl Fn() -> String) -> Result<Value, String> {
        match (&self.predefined_variation_id, plain) {
            (Some(_), Some(value)) if patched => Ok(value),
            (Some(id), plain) => {
                let known = variations.iter().find(|variation| variation.id.to_string().eq_ignore_ascii_case(id));
                let known = known.ok_or("There is no such predefined variation of this setting.")?;
                match plain {
                    Some(value) if value != known.value => Err("The value is another one than that of the predefined variation.".into()),
                    _ => Ok(known.value.clone()),
                }
            }
            (None, plain) => plain.ok_or_else(missing),
        }
    }
}

/// A value as plain JSON, of this type.
///
/// # Errors
/// Why it is none.
pub fn plain(kind: Kind, json: &serde_json::Value) -> Result<Value, String> {
    let value = match (kind, json) {
        (_, serde_json::Value::Bool(value)) => Value::Bool(*value),
        (_, serde_json::Value::String(value)) => Value::Text(value.clone()),
        // Clients of languages with strict types write whole numbers as 4.0.
        (Kind::Int, serde_json::Value::Number(number)) => {
            let whole = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15).map(|number| number as i64);
            Value::Int(number.as_i64().or(whole).ok_or("IntValue field must be set: this is no whole number.")?)
        }
        (_, serde_json::Value::Number(number)) => Value::Double(number.as_f64().ok_or("This is no number.")?),
        _ => return Err(missing(kind)),
    };
    check_value(kind, false, &value).map(|()| value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ids::VariationId;

    #[test]
    fn plain_values_are_of_the_type() {
        assert_eq!(plain(Kind::Int, &json!(4.0)), Ok(Value::Int(4)));
        assert_eq!(plain(Kind::Double, &json!(4)), Ok(Value::Double(4.0)));
        assert_eq!(plain(Kind::Text, &json!("")), Ok(Value::Text(String::new())));
        for (kind, wrong) in [(Kind::Bool, json!("true")), (Kind::Int, json!(4.5)), (Kind::Int, json!(1e300)), (Kind::Text, json!(null))] {
            assert!(plain(kind, &wrong).unwrap_err().contains("field must be set"), "{kind} {wrong}");
        }
    }

    #[test]
    fn a_variation_and_its_value_are_the_same() {
        let variations = [true, false].map(|value| Variation { id: VariationId::new(), value: Value::Bool(value), name: None, hint: None });
        let [on, off] = &variations;
        let read = |model: &ValueModel, patched| model.read(Kind::Bool, &variations, patched);
        let told = ValueModel::of(&on.value, &variations);
        assert_eq!((told.bool_value, told.predefined_variation_id.clone()), (Some(true), Some(on.id.to_string())));
        assert_eq!(read(&told, false), Ok(Value::Bool(true)));
        let other = ValueModel { bool_value: Some(false), ..told };
        assert!(read(&other, false).is_err());
        assert_eq!(read(&other, true), Ok(Value::Bool(false)));
        assert_eq!(ValueModel::for_patch(&off.value, &variations).bool_value, None);
        assert_eq!(ValueModel::for_patch(&off.value, &[]).bool_value, Some(false));
        let twice = ValueModel { string_value: Some("on".into()), ..other };
        assert_eq!(read(&twice, false), Err("Please give one value: this is of type boolean.".into()));
        assert_eq!(read(&ValueModel::default(), false), Err("BoolValue field must be set: this is of type boolean.".into()));
    }
}
