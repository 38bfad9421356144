//! What the pages of SDK keys are filled with, and what their forms do.

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    super::{
        ReadKeyUses, ReadSdkKeys, RotateSdkKeys, SdkKeys, Slot, actions,
        permits::ReadConfigKeys,
        store::{self, Hour, Used},
    },
    Act, Index, Key, Keys, SDKS, Sample, What, sample,
};
use crate::{
    api::{Params, Query},
    authz::{Authorized, By, Permit},
    clock::{DAY, HOUR, Time},
    configs::Config,
    error::{Error, Result},
    products::{self, InTeam},
    serving::lately,
    ui::{self, Action, Asked, Dialog, Environment, Form, Frame, Html, Moment, Posted, Section, Tab, done_in},
};

/// Which sample is shown.
#[derive(Deserialize)]
pub struct Wanted {
    environment: Option<String>,
    sdk: Option<String>,
}

impl Params for Wanted {
    const NAMES: &'static [(&'static str, &'static str)] =
        &[("environment", "whose key stands in the sample"), ("sdk", "the SDK that the sample is for")];
}

fn environment(keys: &SdkKeys) -> Environment {
    Environment::new(keys.environment.to_string(), &keys.environment_name, keys.environment_color.as_deref().unwrap_or_default())
}

async fn frame<P: Permit>(may: &Authorized<P>, product: crate::ids::ProductId, title: &str) -> Result<Frame> {
    let product = products::one(&may.read(), product).await?.ok_or(Error::NotFound)?;
    products::frame(may, &product, title, Section::Flags).await
}

/// How often each key of a config was used.
struct Counted {
    programs: Vec<Used>,
    hours: Vec<Hour>,
    now: Time,
}

impl Counted {
    async fn of<P: Permit>(may: &Authorized<P>, config: crate::ids::ConfigId) -> Result<Self> {
        let (db, now) = (may.read(), may.now());
        let programs = store::uses(&db, config, now.plus(-DAY)).await?;
        Ok(Self { programs, hours: store::hours(&db, config, now.plus(-2 * HOUR)).await?, now })
    }

    /// Within the last hour.
    fn lately(&self, key: &str) -> u64 {
        self.hours.iter().filter(|hour| hour.key == key).map(|hour| lately(self.now, hour.hour, hour.requests)).sum::<i64>().unsigned_abs()
    }

    fn clients(&self, key: &str) -> Vec<(String, u64)> {
        let of_key = self.programs.iter().filter(|used| used.key == key);
        of_key.map(|used| (used.agent.clone(), used.requests.unsigned_abs())).collect()
    }
}

pub async fn index(may: By<InTeam, ReadConfigKeys>, Query(wanted): Query<Wanted>) -> Result<Html<Index>> {
    let config: &Config = &may;
    let db = may.read();
    let all = store::of_config(&db, config.id).await?;
    let path = format!("/team/{}/products/{}/configs/{}", config.team_slug, config.product, config.id);
    let (seen, unseen): (Vec<&SdkKeys>, Vec<&SdkKeys>) = all.iter().partition(|keys| may.also::<ReadSdkKeys>(keys));
    let counted = match all.iter().any(|keys| may.also::<ReadKeyUses>(keys)) {
        true => Some(Counted::of(&may, config.id).await?),
        false => None,
    };
    let here = format!("{path}/keys");
    let environments = seen
        .iter()
        .map(|keys| Keys {
            environment: environment(keys),
            keys: shown(keys, counted.as_ref().filter(|_| may.also::<ReadKeyUses>(keys))),
            menu: if may.also::<RotateSdkKeys>(keys) { menu(keys) } else { vec![] },
            code: format!("{here}?environment={}#code", keys.environment),
        })
        .collect();
    let flag = store::a_flag(&db, config.id).await?;
    Ok(Html(Index {
        frame: frame(&may, config.product, &config.name).await?,
        tabs: vec![
            Tab::new("Flags and settings", &path),
            Tab::new("SDK keys", &here).here(true),
            Tab::new("Try it", format!("{path}/try")),
            Tab::new("Compare", format!("{path}/compare")),
        ],
        base_url: may.app().config.public_url.to_string(),
        environments,
        unseen: unseen.into_iter().map(environment).collect(),
        sample: code(&wanted, &seen, &here, &may.app().config.public_url, flag.as_deref().unwrap_or("myFlag")),
        path: here,
    }))
}

fn shown(keys: &SdkKeys, counted: Option<&Counted>) -> Vec<Key> {
    let of = |slot: &'static str, key: &Option<String>, seen: Option<Time>| {
        let key = key.clone()?;
        Some(Key {
            slot,
            counted: counted.is_some(),
            seen: counted.and(seen).map(Moment::from),
            requests: counted.map_or(0, |counted| counted.lately(&key)),
            clients: counted.map(|counted| counted.clients(&key)).unwrap_or_default(),
            key,
        })
    };
    [of("Primary", &keys.primary, keys.primary_seen), of("Secondary", &keys.secondary, keys.secondary_seen)].into_iter().flatten().collect()
}

fn menu(keys: &SdkKeys) -> Vec<Action> {
    let path = format!("{}/{}", keys.path(), keys.environment);
    match keys.secondary {
        None => vec![Action::dialog("Add a secondary key…", "plus", format!("{path}/rotate"))],
        Some(_) => vec![
            Action::dialog("Make the secondary key primary…", "arrow-up", format!("{path}/promote")),
            Action::dialog("Revoke the secondary key…", "trash", format!("{path}/revoke?which=secondary")).danger(),
            Action::dialog("Revoke the primary key…", "trash", format!("{path}/revoke?which=primary")).danger(),
        ],
    }
}

fn code(wanted: &Wanted, seen: &[&SdkKeys], path: &str, base_url: &str, flag: &str) -> Option<Sample> {
    let chosen = wanted.environment.as_ref().and_then(|id| seen.iter().find(|keys| keys.environment.to_string() == *id));
    let keys = chosen.or(seen.first())?;
    let sdk = SDKS.iter().find(|sdk| wanted.sdk.as_deref() == Some(sdk.id)).or(SDKS.first())?;
    let tab = |one: &super::Sdk| {
        Tab::new(one.name, format!("{path}?environment={}&sdk={}#code", keys.environment, one.id)).here(one.id == sdk.id)
    };
    Some(Sample {
        environment: environment(keys),
        sdks: SDKS.iter().map(tab).collect(),
        sdk: sdk.name,
        install: sdk.install.to_owned(),
        code: sample(sdk, keys.primary.as_deref().unwrap_or_default(), base_url, flag),
    })
}

/// “1,204 requests in the last hour”, or nothing if nobody asks with it or the reader may not know.
async fn in_use(may: &Authorized<RotateSdkKeys>, slot: Slot) -> Result<String> {
    let Some(key) = may.key(slot).filter(|_| may.also::<ReadKeyUses>(may)) else { return Ok(String::new()) };
    let requests = Counted::of(may, may.config).await?.lately(key);
    Ok(match requests {
        0 => String::new(),
        1 => "1 request in the last hour".into(),
        many => format!("{} requests in the last hour", ui::thousands(many)),
    })
}

async fn ask(may: &Authorized<RotateSdkKeys>, asked: Asked, what: What, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let act = match what {
        What::Rotate => "rotate",
        What::Promote => "promote",
        What::Revoke => "revoke",
    };
    let in_use = match what {
        What::Revoke => in_use(may, slot(form.value("which"))?).await?,
        _ => String::new(),
    };
    let body = Act {
        action: format!("{}/{}/{act}", may.path(), may.environment),
        back: may.path(),
        what,
        config: may.config_name.clone(),
        environment: environment(may),
        form,
        in_use,
    };
    Ok(Dialog { asked, frame: frame(may, may.product, &may.config_name).await?, body }.with(status))
}

fn slot(name: &str) -> Result<Slot> {
    match name {
        "primary" => Ok(Slot::Primary),
        "secondary" => Ok(Slot::Secondary),
        _ => Err(Error::field("which", "Choose the primary or the secondary key.")),
    }
}

pub async fn confirm_add(may: By<InTeam, RotateSdkKeys>, asked: Asked) -> Result<Response> {
    ask(&may, asked, What::Rotate, Form::new()).await
}

pub async fn add(may: By<InTeam, RotateSdkKeys>, asked: Asked, posted: Posted) -> Result<Response> {
    match posted.or_again(actions::add(&may).await)? {
        Ok(_) => Ok(done_in(asked, &may.path(), &environment(&may), "A secondary key works beside the primary one.")),
        Err(form) => ask(&may, asked, What::Rotate, form).await,
    }
}

pub async fn confirm_promote(may: By<InTeam, RotateSdkKeys>, asked: Asked) -> Result<Response> {
    ask(&may, asked, What::Promote, Form::new()).await
}

pub async fn promote(may: By<InTeam, RotateSdkKeys>, asked: Asked, posted: Posted) -> Result<Response> {
    match posted.or_again(actions::promote(&may).await)? {
        Ok(()) => Ok(done_in(asked, &may.path(), &environment(&may), "The keys have changed places. Both go on working.")),
        Err(form) => ask(&may, asked, What::Promote, form).await,
    }
}

/// Which key.
#[derive(Deserialize)]
pub struct Which {
    which: Option<String>,
}

impl Params for Which {
    const NAMES: &'static [(&'static str, &'static str)] = &[("which", "`primary` or `secondary`")];
}

pub async fn confirm_revoke(may: By<InTeam, RotateSdkKeys>, asked: Asked, Query(which): Query<Which>) -> Result<Response> {
    let form = Form::new().with("which", which.which.as_deref().unwrap_or("secondary"));
    ask(&may, asked, What::Revoke, form).await
}

pub async fn revoke(may: By<InTeam, RotateSdkKeys>, asked: Asked, posted: Posted) -> Result<Response> {
    let which = slot(posted.get("which"))?;
    if !in_use(&may, which).await?.is_empty() && posted.get("confirm").trim() != may.environment_name.trim() {
        let confirm = format!("Please type {} to confirm.", may.environment_name);
        let form = Form::new().with("which", which.name()).with("confirm", posted.get("confirm")).wrong("confirm", confirm);
        return ask(&may, asked, What::Revoke, form).await;
    }
    match posted.or_again(actions::revoke(&may, which).await)? {
        Ok(()) => Ok(done_in(asked, &may.path(), &environment(&may), format!("The {} key does not work any more.", which.name()))),
        Err(form) => ask(&may, asked, What::Revoke, form).await,
    }
}
