//! What ConfigCat’s Terraform provider needs otherwise than the rest. Terraform breaks what it prints into lines of 78 columns, except for lines
//! that are indented: mistakes are indented, so that their sentences stay whole for people and programs that look for them. And the provider
//! refuses members of values that are newer than itself: those that say nothing are left out. Tags go as [`super::told_tags`] says.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::Value;

use super::told_tags::{Of, ToldTags};
use crate::{authn::Client, error::Error};

/// The largest answer that is looked at.
const LARGEST: usize = 64 * 1024 * 1024;

/// Suits an answer to the provider, if it is the one who asks.
pub async fn suit(State(tags): State<Arc<ToldTags>>, mut request: Request, next: Next) -> Response {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    if !agent.starts_with("terraform-provider-configcat/") {
        return next.run(request).await;
    }
    let now = request.extensions().get::<Client>().map(|client| client.now);
    let (reads, changes) = (request.method() == Method::GET, request.method() == Method::PATCH);
    let setting = Of::read(&request).zip(now);
    match &setting {
        Some((of, now)) if reads => tokio::time::sleep(tags.wait(of, *now)).await,
        Some((of, now)) if changes => _ = request.extensions_mut().insert(tags.last(of, *now)),
        _ => {}
    }
    let response = next.run(request).await;
    let is_json = response.headers().get(header::CONTENT_TYPE) == Some(&HeaderValue::from_static("application/json"));
    if !is_json {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST).await else { return Error::internal("an answer that cannot be read").into_response() };
    let suited = match (head.status, serde_json::from_slice(&bytes)) {
        (StatusCode::BAD_REQUEST, Ok(mistakes)) => format!("{mistakes:#}").into(),
        (status, Ok(mut answer)) => {
            without_news(&mut answer);
            match setting {
                Some((of, now)) if status.is_success() && reads => tags.tell(of, &answer, now),
                Some((of, now)) if status.is_success() && changes => tags.took(&of, &answer, now),
                _ => {}
            }
            answer.to_string().into()
        }
        (_, Err(_)) => bytes,
    };
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from(suited))
}

/// Takes away what says nothing and what the provider has not heard of.
fn without_news(answer: &mut Value) {
    match answer {
        Value::Object(members) => {
            if members.get("predefinedVariationId").is_some_and(Value::is_null) {
                members.remove("predefinedVariationId");
            }
            members.values_mut().for_each(without_news);
        }
        Value::Array(items) => items.iter_mut().for_each(without_news),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_new_and_says_nothing_is_left_out() {
        let mut answer = json!([{ "boolValue": null, "predefinedVariationId": null }, { "predefinedVariationId": "x" }]);
        without_news(&mut answer);
        assert_eq!(answer, json!([{ "boolValue": null }, { "predefinedVariationId": "x" }]));
    }
}
