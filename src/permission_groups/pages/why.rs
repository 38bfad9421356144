//! The page that answers *why* in a product.

use serde::Deserialize;

use super::{list, look};
use crate::{
    api::{Params, Query},
    authz::{By, Permission},
    error::{Error, Result},
    ids::{EnvironmentId, PersonId},
    permission_groups::{
        permits::AskWhy,
        store,
        why::{self, Question},
    },
    products::{self, InTeam, pages::ProductWhy},
    ui::{Choice, Form, Html, Why, WhyStep},
};

/// About whom, what and where.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    person: String,
    #[serde(default)]
    permission: String,
    #[serde(default)]
    environment: String,
}

impl Params for Asked {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("person", "the id of somebody in the product; oneself if not said"),
        ("permission", "the key of a permission, such as value.write"),
        ("environment", "the id of an environment, where the answer depends on it"),
    ];
}

pub async fn why(may: By<InTeam, AskWhy>, Query(asked): Query<Asked>) -> Result<Html<ProductWhy>> {
    let db = may.read();
    let own = may.actor()?;
    let person: PersonId = if asked.person.is_empty() { own.person } else { asked.person.parse().map_err(|_| Error::NotFound)? };
    let permission = Permission::find(&asked.permission).filter(|permission| why::askable(*permission));
    let environments = look::ordered(products::environments_of(&db, may.id).await?);
    let chosen = environments.iter().find(|one| one.id.to_string() == asked.environment).or(environments.first());
    let environment: Option<EnvironmentId> = chosen.map(|environment| environment.id);
    let groups = store::of_product(&db, may.id).await?;
    let mut people: Vec<Choice> = why::people(&may)
        .await?
        .iter()
        .map(|somebody| {
            let group = groups.iter().find(|group| Some(group.id) == somebody.group).map(|group| group.name.as_str());
            let as_what = match (somebody.has_everything(), group) {
                (true, _) => somebody.role.map_or("Administrator", crate::authz::Role::name),
                (false, Some(group)) => group,
                (false, None) => "no group",
            };
            Choice::new(somebody.id.to_string(), format!("{} ({as_what})", somebody.name))
        })
        .collect();
    if !people.iter().any(|choice| choice.value == own.person.to_string()) {
        people.insert(0, Choice::new(own.person.to_string(), format!("{} (you)", own.name)));
    }
    let close = format!("{}/why?person={person}", may.path());
    let answer = match permission {
        // Where there is no environment there is nothing to be asked about one.
        Some(permission) if permission.needs_access().is_none() || environment.is_some() => {
            let answer = why::ask(&may, Question { person, permission, environment }, &environments).await?;
            let place = permission.needs_access().and(chosen).map(|environment| format!(" in {}", environment.name)).unwrap_or_default();
            Some(Why {
                question: format!("May {} {}{place}?", answer.name, permission.sentence()),
                allowed: answer.decision.allows(),
                permission: permission.key().into(),
                steps: answer
                    .reasons
                    .into_iter()
                    .map(|reason| WhyStep { holds: reason.holds, what: reason.what, fact: reason.fact })
                    .collect(),
                change: answer.change,
                close,
            })
        }
        _ => None,
    };
    let keys = Permission::ALL.iter().filter(|permission| why::askable(**permission));
    Ok(Html(ProductWhy {
        frame: list::frame(&may, &may, "Why?").await?,
        action: format!("{}/why", may.path()),
        form: Form::new()
            .with("person", person.to_string())
            .with("permission", asked.permission)
            .with("environment", environment.map(|id| id.to_string()).unwrap_or_default()),
        people,
        permissions: keys.map(|permission| Choice::new(permission.key(), capital(permission.sentence()))).collect(),
        environments: match permission.is_none_or(|permission| permission.needs_access().is_some()) {
            true => environments.iter().map(|one| Choice::new(one.id.to_string(), &one.name)).collect(),
            false => vec![],
        },
        why: answer,
    }))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
