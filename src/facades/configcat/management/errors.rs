//! How mistakes are told: `{"Field": ["message", …]}`, with fields in ConfigCat’s words and `""` for what is about the whole request.

use axum::{extract::Request, middleware::Next, response::Response};
use serde_json::{Map, Value, json};

use crate::{api, error::Error};

/// Renders the neutral error of a handler.
pub async fn render_errors(request: Request, next: Next) -> Response {
    api::caught(request, next).await.unwrap_or_else(rendered)
}

/// An error in ConfigCat’s words.
pub fn rendered(error: Error) -> Response {
    let body = told(&error);
    api::refusal(error, body)
}

fn told(error: &Error) -> Value {
    match error {
        Error::Invalid(fields) => {
            fields.0.iter().map(|(name, message)| (field(name), json!([message]))).collect::<Map<String, Value>>().into()
        }
        other => json!({ "": [other.message()] }),
    }
}

/// A field in ConfigCat’s words: those that it calls otherwise, and the rest with a capital.
fn field(name: &str) -> String {
    let known = match name {
        "note" => "Reason",
        "key_style" => "KeyGenerationMode",
        "evaluation_version" => "EvaluationVersion",
        "is_json" => "IsJson",
        "body" => "",
        other => other,
    };
    let mut letters = known.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Fields;

    #[test]
    fn mistakes_are_told_by_field() {
        let mut fields = Fields::default();
        fields.add("name", "Please give a name.");
        fields.add("note", "Reason required: please say why.");
        assert_eq!(told(&fields.into()), json!({ "Name": ["Please give a name."], "Reason": ["Reason required: please say why."] }));
        assert_eq!(told(&Error::refused("last_owner", "No.")), json!({ "": ["No."] }));
    }
}
