//! Config files as applications get them (`config_v6.json`), brought into a config as its settings, with what they are in one environment.
//!
//! The file is turned into a document and goes the way of all documents. Texts that it holds only as hashes cannot be turned back.

use flag_eval::model::{self, Condition, Kind, PercentageOption, Rule, Then};
use serde::{Deserialize, Deserializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema, schema::ObjectBuilder},
};

use super::{
    document::{
        Comparand, ConditionPart, ConfigPart, Document, Named, ProductPart, RulePart, RulesPart, Scalar, SegmentPart, SettingPart,
        SharePart, VERSION, ValuePart,
    },
    formula::write_user_condition,
    outcome::Outcome,
};
use crate::{
    authz::{Address, Asked},
    configs::{self, Config},
    db::Reader,
    environments::Environment,
    error::{Error, Fields, Result},
    ids::{ConfigId, ProductId},
};

/// A config file.
pub struct File(pub model::Config);

impl PartialSchema for File {
    fn schema() -> RefOr<Schema> {
        let words = "A config file as applications get it: `config_v6.json`.";
        RefOr::T(Schema::Object(ObjectBuilder::new().description(Some(words)).build()))
    }
}

impl ToSchema for File {
    fn name() -> std::borrow::Cow<'static, str> {
        "ConfigFile".into()
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        model::Config::deserialize(from).map(Self)
    }
}

/// `/api/v1/products/{product}/configs/{config}/…`
pub struct ConfigInProduct;

/// The ids of both.
#[derive(Deserialize)]
pub struct ConfigInProductPath {
    product: ProductId,
    config: ConfigId,
}

impl Address<Config> for ConfigInProduct {
    type Path = ConfigInProductPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: ConfigInProductPath) -> Result<Option<Config>> {
        Ok(configs::one(db, path.config).await?.filter(|found| found.product == path.product))
    }
}

/// The environment of that id or name.
pub fn environment<'a>(all: &'a [Environment], wanted: &str) -> Result<&'a Environment> {
    let by_id = all.iter().find(|environment| environment.id.to_string() == wanted.trim());
    let by_name = || all.iter().find(|environment| super::formula::key(&environment.name) == super::formula::key(wanted));
    let message =
        if wanted.trim().is_empty() { "Please say whose values these are." } else { "There is no such environment in this product." };
    by_id.or_else(by_name).ok_or_else(|| Error::field("environment", message))
}

/// The file as a document about one config.
///
/// # Errors
/// Where the file holds hashes, and where it refers to what it does not have.
pub fn document(file: &model::Config, config: &Config, environment: &Environment) -> Result<Document> {
    let mut wrong = Fields::default();
    let mut hashed = |comparator: flag_eval::comparator::Comparator, place: String| {
        if comparator.is_sensitive() {
            wrong.add(place, "This text is only here as a hash, which cannot be turned back. Please write the rule by hand.");
        }
    };
    for (at, segment) in file.segments.iter().enumerate() {
        for (number, condition) in segment.conditions.iter().enumerate() {
            hashed(condition.comparator, format!("s[{at}].r[{number}]"));
        }
    }
    for (key, setting) in &file.settings {
        for (at, rule) in setting.rules.iter().enumerate() {
            for (number, condition) in rule.conditions.iter().enumerate() {
                if let Condition::User(condition) = condition {
                    hashed(condition.comparator, format!("f.{key}.r[{at}].c[{number}]"));
                }
            }
        }
    }
    if file.settings.is_empty() {
        wrong.add("f", "There are no flags and settings in this file.");
    }
    let settings: Vec<SettingPart> = file.settings.iter().map(|(key, setting)| part(key, setting, file, environment, &mut wrong)).collect();
    if !wrong.0.is_empty() {
        return Err(wrong.into());
    }
    let segments = file.segments.iter().map(|segment| SegmentPart {
        name: segment.name.clone(),
        conditions: segment.conditions.iter().map(write_user_condition).collect(),
        ..SegmentPart::default()
    });
    let config = ConfigPart { id: Some(config.id), name: config.name.clone(), settings, ..ConfigPart::default() };
    let product = ProductPart { name: String::new(), segments: segments.collect(), configs: vec![config], ..ProductPart::default() };
    Ok(Document { burgee: VERSION, products: vec![product], ..Document::default() })
}

fn part(key: &str, setting: &model::Setting, file: &model::Config, environment: &Environment, wrong: &mut Fields) -> SettingPart {
    let scalar = |value: &model::Value| Scalar(value.clone());
    let shares = |options: &[PercentageOption]| {
        options.iter().map(|option| SharePart { percent: option.percentage, value: scalar(&option.served.value) }).collect()
    };
    let mut rules = vec![];
    for (at, Rule { conditions, then }) in setting.rules.iter().enumerate() {
        let conditions = conditions.iter().enumerate().filter_map(|(number, condition)| {
            let place = format!("f.{key}.r[{at}].c[{number}]");
            self::condition(condition, file, place, wrong)
        });
        let conditions = conditions.collect();
        rules.push(match then {
            Then::Serve(served) => RulePart { conditions, then: Some(scalar(&served.value)), split: vec![] },
            Then::Divide(options) => RulePart { conditions, then: None, split: shares(options) },
        });
    }
    let value = match rules.is_empty() && setting.percentage_options.is_empty() && setting.percentage_attribute.is_none() {
        true => ValuePart::Plain(scalar(&setting.served.value)),
        false => ValuePart::Rules(RulesPart {
            value: scalar(&setting.served.value),
            rules,
            split: shares(&setting.percentage_options),
            attribute: setting.percentage_attribute.clone(),
            hints: Default::default(),
        }),
    };
    let kind: Kind = setting.kind;
    SettingPart {
        key: key.to_owned(),
        kind: kind.to_string(),
        values: Named(vec![(environment.name.clone(), value)]),
        ..SettingPart::default()
    }
}

fn condition(condition: &Condition, file: &model::Config, place: String, wrong: &mut Fields) -> Option<ConditionPart> {
    match condition {
        Condition::User(condition) => Some(write_user_condition(condition)),
        Condition::Segment(condition) => match file.segments.get(condition.segment) {
            Some(segment) => {
                let segment = Some(segment.name.clone());
                Some(ConditionPart { segment, is: condition.comparator.name().into(), ..ConditionPart::default() })
            }
            None => {
                wrong.add(place, "This segment is not in the file.");
                None
            }
        },
        Condition::Flag(condition) => Some(ConditionPart {
            flag: Some(condition.key.clone()),
            is: condition.comparator.name().into(),
            value: Some(Comparand::One(Scalar(condition.value.clone()))),
            ..ConditionPart::default()
        }),
    }
}

/// Where the file has what the document has at a place.
fn place_in(file: &model::Config, place: &str) -> String {
    let rest = place.strip_prefix("products[0].").unwrap_or(place);
    let numbered = |rest: &str, list: &str| {
        let (number, rest) = rest.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?;
        Some((number.parse::<usize>().ok()?, rest.to_owned()))
    };
    if let Some((number, rest)) = numbered(rest, "segments") {
        return format!("s[{number}]{rest}");
    }
    match rest.strip_prefix("configs[0].").and_then(|rest| numbered(rest, "settings")) {
        Some((number, rest)) => format!("f.{}{rest}", file.settings.keys().nth(number).map_or("", String::as_str)),
        None => rest.to_owned(),
    }
}

/// The places of what stands in the way, as the file has them.
pub fn in_words_of(file: &model::Config, done: Result<Outcome>) -> Result<Outcome> {
    match done {
        Ok(mut outcome) => {
            outcome.made.iter_mut().for_each(|one| one.place = place_in(file, &one.place));
            outcome.conflicts.iter_mut().for_each(|one| one.place = place_in(file, &one.place));
            Ok(outcome)
        }
        Err(Error::Invalid(fields)) => {
            let mut told = Fields::default();
            fields.0.into_iter().for_each(|(place, message)| told.add(place_in(file, &place), message));
            Err(told.into())
        }
        Err(other) => Err(other),
    }
}
