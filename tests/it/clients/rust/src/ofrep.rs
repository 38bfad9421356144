//! Evaluates flags with OpenFeature's provider for Rust.
//!
//! `ofrep URL SDK_KEY`
//!
//! Each line on standard input is `{"flag", "default", "context"}`; each line on standard output answers it with `{"value", "reason", "variant", "error"}`.

use std::{error::Error, io::stdin};

use open_feature::{EvaluationContext, EvaluationDetails, EvaluationError, EvaluationErrorCode, EvaluationReason, OpenFeature};
use open_feature_ofrep::{OfrepOptions, OfrepProvider};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [url, key] = words.as_slice() else { return Err("ofrep URL SDK_KEY".into()) };
    let headers = HeaderMap::from_iter([(AUTHORIZATION, format!("Bearer {key}").parse()?)]);
    let provider = OfrepProvider::new(OfrepOptions { base_url: url.clone(), headers, ..OfrepOptions::default() }).await?;
    let mut api = OpenFeature::default();
    api.set_provider(provider).await;
    let client = api.create_client();
    for line in stdin().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        let flag = asked["flag"].as_str().unwrap_or_default();
        let context = Some(&context(&asked["context"]));
        let answer = match &asked["default"] {
            Value::Bool(default) => told(client.get_bool_details(flag, context, None).await, *default),
            Value::String(default) => told(client.get_string_details(flag, context, None).await, default.clone()),
            Value::Number(default) if default.is_i64() => {
                told(client.get_int_details(flag, context, None).await, default.as_i64().unwrap_or_default())
            }
            default => told(client.get_float_details(flag, context, None).await, default.as_f64().unwrap_or_default()),
        };
        println!("{answer}");
    }
    Ok(())
}

fn context(asked: &Value) -> EvaluationContext {
    let attributes = asked.as_object().into_iter().flatten().filter_map(|(name, value)| Some((name, value.as_str()?)));
    attributes.fold(EvaluationContext::default(), |context, (name, value)| match name.as_str() {
        "targetingKey" => context.with_targeting_key(value),
        name => context.with_custom_field(name, value),
    })
}

/// In a refusal this provider leaves the value to its caller.
fn told<T: Into<Value>>(details: Result<EvaluationDetails<T>, EvaluationError>, default: T) -> Value {
    let reason = |reason: &EvaluationReason| match reason {
        EvaluationReason::Static => "STATIC".to_owned(),
        EvaluationReason::TargetingMatch => "TARGETING_MATCH".to_owned(),
        EvaluationReason::Split => "SPLIT".to_owned(),
        other => format!("{other:?}"),
    };
    let code = |code: &EvaluationErrorCode| match code {
        EvaluationErrorCode::FlagNotFound => "FLAG_NOT_FOUND".to_owned(),
        other => format!("{other:?}"),
    };
    match details {
        Ok(details) => {
            json!({ "value": details.value.into(), "reason": details.reason.as_ref().map(reason), "variant": details.variant, "error": null })
        }
        Err(error) => json!({ "value": default.into(), "reason": "ERROR", "variant": null, "error": code(&error.code) }),
    }
}
