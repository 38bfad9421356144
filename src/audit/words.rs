//! What an event says, for those who look for words: names, addresses, values and notes, in small letters, in short rows of a table of their own.
//!
//! It is made from the event when it is appended, and is no part of the chain. Ids are left out: what is about an object has an index.

use serde_json::Value;
use uuid::Uuid;

/// Everything in an event that somebody may remember, a line each.
pub(super) fn of(actor_name: &str, data: &str) -> String {
    let mut words = actor_name.to_owned();
    if let Ok(data) = serde_json::from_str(data) {
        add(&mut words, &data);
    }
    words.to_lowercase()
}

fn add(words: &mut String, value: &Value) {
    match value {
        Value::String(text) if Uuid::try_parse(text).is_ok() => {}
        Value::String(text) => line(words, text),
        Value::Number(number) => line(words, &number.to_string()),
        Value::Array(values) => values.iter().for_each(|value| add(words, value)),
        Value::Object(fields) => fields.values().for_each(|value| add(words, value)),
        Value::Null | Value::Bool(_) => {}
    }
}

fn line(words: &mut String, text: &str) {
    words.push('\n');
    words.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn an_event_says_names_and_values_and_no_ids() {
        let data =
            r#"{"event":"member.left","data":{"who":{"id":"018f6f6e-0000-7000-8000-000000000000","name":"Örjan \"O\""},"old":[1.5,true]}}"#;
        let words = of("Dana", data);
        for said in ["dana", "member.left", "örjan \"o\"", "1.5"] {
            assert!(words.contains(said), "{said} in {words}");
        }
        for not in ["018f6f6e", "who", "true", "{"] {
            assert!(!words.contains(not), "{not} in {words}");
        }
    }
}
