//! For whom flags are evaluated, as clients say it.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use flag_eval::{Attribute, User, user::IDENTIFIER};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Failure;
use crate::{
    api,
    authz::{App, Argument, Operation},
    error::Error,
};

/// The attributes of whoever a flag is evaluated for.
#[derive(Debug)]
pub struct Context(Map<String, Value>);

/// OpenFeature’s name of what ConfigCat calls `Identifier`.
const TARGETING_KEY: &str = "targetingKey";

impl User for Context {
    fn attribute(&self, name: &str) -> Option<Attribute<'_>> {
        let named = |name: &str| self.0.get(name).and_then(Attribute::from_json);
        if name == IDENTIFIER { named(TARGETING_KEY).or_else(|| named(name)) } else { named(name) }
    }
}

impl Context {
    /// Always the same text for the same context; no text where there is none.
    pub fn canonical(context: Option<&Self>) -> Vec<u8> {
        context.map(|context| serde_json::to_vec(&context.0).unwrap_or_default()).unwrap_or_default()
    }
}

/// The user of a request, if it names one, or what is wrong with its body.
pub struct Question(pub Result<Option<Context>, Fault>);

/// What is wrong with a body.
pub struct Fault {
    code: &'static str,
    details: String,
}

impl Fault {
    /// The answer to it.
    pub fn about(self, key: Option<&str>) -> Failure<'_> {
        Failure { key, error_code: self.code, error_details: self.details }
    }
}

#[derive(Deserialize)]
struct Wire {
    context: Option<Value>,
}

impl FromRequest<App> for Question {
    type Rejection = Error;
    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let bytes = Bytes::from_request(request, app).await.map_err(|error| Error::of_body(&error, super::LARGEST))?;
        Ok(Self(read(&bytes)))
    }
}

/// Without a context there is no user, and percentages do not apply. An empty context is a user whose key is empty.
fn read(bytes: &[u8]) -> Result<Option<Context>, Fault> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let wire: Option<Wire> =
        serde_json::from_slice(bytes).map_err(|error| Fault { code: "PARSE_ERROR", details: api::in_words(&error) })?;
    let mut context = wire.and_then(|wire| wire.context);
    // The same attributes in another order are the same context.
    if let Some(context) = &mut context {
        context.sort_all_objects();
    }
    match context {
        None => Ok(None),
        Some(Value::Object(context)) => match context.get(TARGETING_KEY) {
            None | Some(Value::Null | Value::String(_)) => Ok(Some(Context(context))),
            Some(_) => Err(Fault { code: "INVALID_CONTEXT", details: "The targetingKey must be a text.".into() }),
        },
        Some(_) => Err(Fault { code: "INVALID_CONTEXT", details: "The context must be an object.".into() }),
    }
}

impl Argument for Question {
    fn describe(_: &mut Operation) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_targeting_key_is_the_identifier() {
        let context = read(br#"{"context":{"targetingKey":"ada","Identifier":"other","age":3,"none":null}}"#).ok().flatten().unwrap();
        assert_eq!(context.attribute("Identifier"), Some(Attribute::Text("ada")));
        assert_eq!(context.attribute("targetingKey"), Some(Attribute::Text("ada")));
        assert_eq!(context.attribute("age"), Some(Attribute::Number(3.0)));
        assert_eq!(context.attribute("none"), None);
        let context = read(br#"{"context":{"Identifier":"ada"}}"#).ok().flatten().unwrap();
        assert_eq!(context.attribute("Identifier"), Some(Attribute::Text("ada")));
    }

    #[test]
    fn the_order_of_attributes_makes_no_difference() {
        let canonical = |text: &str| Context::canonical(read(text.as_bytes()).ok().unwrap().as_ref());
        let one = canonical(r#"{"context":{"a":1,"b":{"d":2,"c":3}}}"#);
        assert_eq!(one, canonical(r#"{ "context": {"b":{"c":3, "d":2}, "a":1}}"#));
    }

    #[test]
    fn no_context_is_another_question_than_an_empty_one() {
        let user = |text: &str| read(text.as_bytes()).ok().unwrap();
        for text in ["", "null", "{}", r#"{"context":null}"#] {
            assert!(user(text).is_none(), "{text}");
        }
        let empty = user(r#"{"context":{}}"#);
        assert!(empty.is_some());
        assert_ne!(Context::canonical(None), Context::canonical(empty.as_ref()));
    }

    #[test]
    fn what_is_no_context_is_named() {
        let code = |text: &str| read(text.as_bytes()).err().map(|fault| fault.code);
        assert_eq!(code("{"), Some("PARSE_ERROR"));
        assert_eq!(code("[]"), Some("PARSE_ERROR"));
        assert_eq!(code(r#"{"context":[]}"#), Some("INVALID_CONTEXT"));
        assert_eq!(code(r#"{"context":"ada"}"#), Some("INVALID_CONTEXT"));
        assert_eq!(code(r#"{"context":{"targetingKey":5}}"#), Some("INVALID_CONTEXT"));
        assert_eq!(code(r#"{"context":{}}"#), None);
        assert_eq!(code("{}"), None);
        assert_eq!(code(""), None);
    }
}
