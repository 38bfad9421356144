//! Evaluating flags for a user who is made up, with the reasons.

use axum::{http::StatusCode, response::Response};
use flag_eval::{
    Compiled, Reason, Verdict, Why,
    explain::{ConditionAbout, ConditionTrace, Trace},
    model,
};
use serde_json::{Map, Value as Json};

use super::{Scene, drawn, tabs, unseen};
use crate::{
    api::{Params, Query},
    authz::{Authorized, By},
    error::{Error, Result},
    flags::{
        formula::value_words,
        pages::{Evaluated, Step, TryIt},
        permits::TrySettings,
        publish, store,
    },
    products::InTeam,
    segments::comparison,
    ui::{Asked, Choice, Form, Html, Part, Posted},
};

/// What is to be tried.
#[derive(Default, serde::Deserialize)]
pub struct Wanted {
    #[serde(default)]
    environment: String,
    #[serde(default)]
    flag: String,
}

impl Params for Wanted {
    const NAMES: &'static [(&'static str, &'static str)] = &[("environment", "which environment"), ("flag", "which flag; without it, all")];
}

pub async fn try_form(may: By<InTeam, TrySettings>, asked: Asked, Query(wanted): Query<Wanted>) -> Result<Response> {
    let form = Form::new().with("environment", wanted.environment).with("flag", wanted.flag);
    show(&may, asked, form, 3, None).await
}

pub async fn try_it(may: By<InTeam, TrySettings>, asked: Asked, posted: Posted) -> Result<Response> {
    let lines = (0..100).take_while(|n| posted.has(&format!("attribute.{n}.name"))).count();
    match user(&posted, lines) {
        Ok(user) => show(&may, asked, posted.again(&Default::default()), lines, Some(user)).await,
        Err(why) => show(&may, asked, posted.again(&Default::default()).wrong("user", why), lines, None).await,
    }
}

/// The user: as JSON, or by lines of attributes. Nothing at all is nobody.
fn user(posted: &Posted, lines: usize) -> Result<Map<String, Json>, String> {
    let json = posted.get("user").trim();
    if !json.is_empty() {
        return match serde_json::from_str(json) {
            Ok(Json::Object(user)) => Ok(user),
            Ok(_) => Err("Please write an object: {\"Identifier\": \"kim\"}.".to_owned()),
            Err(error) => Err(format!("This is not valid JSON: {error}.")),
        };
    }
    let line = |n: usize| {
        let usual = ["Identifier", "Email", "Country"].get(n).copied().unwrap_or_default();
        let name = Some(posted.get(&format!("attribute.{n}.name")).trim()).filter(|name| !name.is_empty()).unwrap_or(usual);
        (name.to_owned(), posted.get(&format!("attribute.{n}.value")).to_owned())
    };
    Ok((0..lines)
        .map(line)
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .map(|(name, value)| (name, Json::String(value)))
        .collect())
}

async fn show(may: &Authorized<TrySettings>, asked: Asked, form: Form, lines: usize, user: Option<Map<String, Json>>) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let db = may.read();
    let scene = Scene::of(may, may.product).await?;
    let path = format!("{}/configs/{}", scene.product.path(), may.id);
    let Some(environment) = scene.chosen(may, form.value("environment"))? else { return Ok(unseen(asked, &path)) };
    let flags = store::list(&db, may.id).await?;
    let evaluated = match &user {
        None => None,
        Some(user) => {
            let config = publish::in_clear(&db, may.id, environment.id, "").await?;
            let compiled = Compiled::lenient(&config.clear());
            let told = Told { config: &config, compiled: &compiled, user, ids: scene.product.show_variation_id };
            let wanted = flags.iter().filter(|flag| form.value("flag").is_empty() || form.is("flag", &flag.id.to_string()));
            let each = wanted.map(|flag| {
                let href = format!("{path}/flags/{}?environment={}", flag.id, environment.id);
                told.evaluated(&flag.name, &flag.key, href)
            });
            Some(each.collect::<Result<Vec<_>>>()?)
        }
    };
    let page = TryIt {
        frame: scene.frame(may, &may.name, None).await?,
        tabs: tabs(may, &scene.product, &path, "Try it"),
        environments: scene.seen(may).iter().map(|one| Choice::new(one.id.to_string(), &one.name)).collect(),
        environment: drawn(environment),
        flags: flags.iter().map(|flag| Choice::new(flag.id.to_string(), &flag.name)).collect(),
        lines,
        evaluated,
        form: form.with("environment", environment.id.to_string()),
        path,
    };
    Ok(Html(page).with(status))
}

/// What an evaluation is told with.
struct Told<'a> {
    config: &'a model::Config,
    compiled: &'a Compiled,
    user: &'a Map<String, Json>,
    /// Whether ids of variations are shown.
    ids: bool,
}

impl Told<'_> {
    fn evaluated(&self, name: &str, key: &str, href: String) -> Result<Evaluated> {
        let user: Option<&dyn flag_eval::user::User> = if self.user.is_empty() { None } else { Some(self.user) };
        let trace = self.compiled.explain(key, user).map_err(Error::internal)?;
        let mut steps = vec![];
        self.steps(&trace, 0, &mut steps);
        let (value, variation, by, error) = match &trace.outcome {
            Ok(outcome) => {
                let variation = if self.ids { outcome.variation.to_owned() } else { String::new() };
                (value_words(outcome.value, &[]), variation, by(outcome.reason, trace.rules.is_empty()), None)
            }
            Err(error) => (String::new(), String::new(), String::new(), Some(error.to_string())),
        };
        Ok(Evaluated { name: name.to_owned(), key: key.to_owned(), href, value, variation, by, error, steps })
    }

    fn steps(&self, trace: &Trace<'_>, depth: u8, steps: &mut Vec<Step>) {
        let setting = self.config.settings.get(trace.key);
        for rule in &trace.rules {
            let matched = rule.conditions.iter().all(|condition| condition.verdict == Some(Verdict::True));
            let words = vec![Part::Text("Rule ".into()), Part::Strong((rule.rule + 1).to_string())];
            steps.push(Step { depth, held: Some(matched), words, fact: String::new() });
            let conditions = setting.and_then(|setting| setting.rules.get(rule.rule)).map_or(&[][..], |found| &found.conditions);
            for condition in &rule.conditions {
                self.condition(condition, conditions.get(condition.condition), depth + 1, steps);
            }
            if let Some(percentages) = &rule.percentages {
                steps.push(division(percentages, depth + 1));
            }
        }
        if let Some(percentages) = &trace.percentages {
            steps.push(division(percentages, depth));
        }
    }

    fn condition(&self, trace: &ConditionTrace<'_>, condition: Option<&model::Condition>, depth: u8, steps: &mut Vec<Step>) {
        let keyword = if trace.condition == 0 { "IF" } else { "AND" };
        let held = trace.verdict.map(|verdict| verdict == Verdict::True);
        match &trace.about {
            ConditionAbout::User { attribute, comparator, found } => {
                let asked = match condition {
                    Some(model::Condition::User(condition)) => comparison::asked(condition),
                    _ => comparison::Asked { what: format!("{attribute} {comparator}"), value: String::new() },
                };
                let fact = match (found, trace.verdict) {
                    (Some(found), Some(Verdict::CannotEvaluate(why))) => format!("{attribute} is {found}: {}", said(why)),
                    (Some(found), _) => format!("{attribute} is {found}"),
                    (None, _) => format!("{attribute} is missing"),
                };
                let words = vec![Part::Text(format!("{keyword} {} ", asked.what)), Part::Strong(asked.value)];
                steps.push(Step { depth, held, words, fact });
            }
            ConditionAbout::Segment { name, comparator, conditions } => {
                let name = name.unwrap_or("a segment that is gone");
                let word = if comparator.is_negated() { "not in" } else { "in" };
                let words = vec![Part::Text(format!("{keyword} {word} ")), Part::Strong(name.to_owned())];
                steps.push(Step { depth, held, words, fact: String::new() });
                let own = self.config.segments.iter().find(|segment| segment.name == name);
                for inner in conditions {
                    let found = own.and_then(|segment| segment.conditions.get(inner.condition)).cloned().map(model::Condition::User);
                    self.condition(inner, found.as_ref(), depth + 1, steps);
                }
            }
            ConditionAbout::Flag { key, comparator, value, setting } => {
                let word = if comparator.is_negated() { "is not" } else { "is" };
                let words = vec![Part::Text(format!("{keyword} {key} {word} ")), Part::Strong(value_words(value, &[]))];
                let fact = match setting.as_ref().map(|trace| &trace.outcome) {
                    Some(Ok(outcome)) => format!("{key} is {}", value_words(outcome.value, &[])),
                    Some(Err(error)) => error.to_string(),
                    None => String::new(),
                };
                steps.push(Step { depth, held, words, fact });
                if let Some(trace) = setting {
                    self.steps(trace, depth + 1, steps);
                }
            }
        }
    }
}

fn division(percentages: &flag_eval::explain::PercentageTrace<'_>, depth: u8) -> Step {
    use flag_eval::Division;
    let (held, fact) = match percentages.division {
        Division::Chosen { bucket, option } => (Some(true), format!("place {bucket} of 100: share {}", option + 1)),
        Division::None { bucket } => (Some(false), format!("place {bucket} of 100: the percentages end before it")),
        Division::Skipped(Why::NoUser) => (Some(false), said(Why::NoUser).to_owned()),
        Division::Skipped(_) => (Some(false), format!("{} is missing", percentages.attribute)),
    };
    Step { depth, held, words: vec![Part::Text("Split by ".into()), Part::Strong(percentages.attribute.to_owned())], fact }
}

/// What decided, in short.
fn by(reason: Reason, without_rules: bool) -> String {
    match reason {
        Reason::Static if without_rules => "for everybody".to_owned(),
        Reason::Static => "no rule fits".to_owned(),
        Reason::TargetingMatch { rule } => format!("rule {}", rule + 1),
        Reason::Split { rule: Some(rule), option } => format!("rule {}, share {}", rule + 1, option + 1),
        Reason::Split { rule: None, option } => format!("share {}", option + 1),
    }
}

fn said(why: Why) -> &'static str {
    match why {
        Why::NoUser => "there is no user",
        Why::Missing => "an empty text counts as missing",
        Why::NotAVersion => "no semantic version",
        Why::NotANumber => "no number",
        Why::NotADate => "no date in Unix seconds",
        Why::NotAList => "no list of texts",
    }
}
