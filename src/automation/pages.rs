//! The page: ids, and lines for Terraform, the command line and curl with everything filled in but the token.

use askama::Template;

use super::permits::ReadAutomation;
use crate::{
    authz::By,
    configs, environments,
    error::Result,
    products::{self, InTeam},
    ui::{Environment, Frame, Html, Section},
};

/// What is there by its id.
pub struct Named {
    /// "Team", "Product", "Config".
    pub what: &'static str,
    /// Its name.
    pub name: String,
    /// The mark of an environment.
    pub environment: Option<Environment>,
    /// Its id.
    pub id: String,
}

/// Something to copy.
pub struct Sample {
    /// What it is for.
    pub title: &'static str,
    /// What else there is to know.
    pub about: &'static str,
    /// The text.
    pub code: String,
}

/// API and automation.
#[derive(Template)]
#[template(path = "automation/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// The base URL: this Burgee's own address.
    pub base_url: String,
    /// What there is, by its ids.
    pub ids: Vec<Named>,
    /// What to copy.
    pub samples: Vec<Sample>,
}

pub(super) async fn index(may: By<InTeam, ReadAutomation>) -> Result<Html<Index>> {
    let db = may.read();
    let base = may.app().config.public_url.to_string();
    let environments = environments::all(&db, may.id).await?;
    let configs = configs::all(&db, may.id).await?;
    let named = |what, name: &str, id: String| Named { what, name: name.to_owned(), environment: None, id };
    let mut ids = vec![named("Team", &may.team_name, may.team.to_string()), named("Product", &may.name, may.id.to_string())];
    ids.extend(environments.iter().map(|environment| Named {
        environment: Some(environment.shown()),
        ..named("Environment", &environment.name, environment.id.to_string())
    }));
    ids.extend(configs.iter().map(|config| named("Config", &config.name, config.id.to_string())));
    let config = configs.first().map_or("CONFIG_ID".to_owned(), |config| config.id.to_string());
    let environment = environments.first().map_or("ENVIRONMENT_ID".to_owned(), |environment| environment.id.to_string());
    let (generation, values) = match configs.first() {
        Some(config) if config.evaluation_version == configs::EvaluationVersion::V1.stored() => ("v1", r#"{"value":true}"#),
        _ => ("v2", r#"{"defaultValue":{"boolValue":true},"targetingRules":[]}"#),
    };
    let samples = vec![
        Sample {
            title: "Terraform",
            about: "ConfigCat’s own provider. Give it the token in CONFIGCAT_BASIC_AUTH_USERNAME and CONFIGCAT_BASIC_AUTH_PASSWORD.",
            code: terraform(&base, &config),
        },
        Sample {
            title: "Command line",
            about: "ConfigCat’s own program. It speaks https only.",
            code: format!(
                "export CONFIGCAT_API_HOST={}\nexport CONFIGCAT_API_USER=TOKEN_ID CONFIGCAT_API_PASS=TOKEN\nconfigcat flag ls --config-id {config}",
                base.trim_start_matches("https://").trim_start_matches("http://")
            ),
        },
        Sample {
            title: "curl",
            about: "The flags of a config, a new flag, and its value in an environment.",
            code: format!(
                "curl -u TOKEN_ID:TOKEN {base}/v1/configs/{config}/settings\n\n\
                 curl -u TOKEN_ID:TOKEN -X POST {base}/v1/configs/{config}/settings \\\n  -H 'Content-Type: application/json' \\\n  \
                 -d '{{\"key\":\"newCheckout\",\"name\":\"New checkout\",\"settingType\":\"boolean\"}}'\n\n\
                 curl -u TOKEN_ID:TOKEN -X PUT '{base}/{generation}/environments/{environment}/settings/SETTING_ID/value?reason=Launch' \\\n  \
                 -H 'Content-Type: application/json' \\\n  -d '{values}'"
            ),
        },
    ];
    let frame = products::frame(&may, &may, "API and automation", Section::Automation).await?;
    Ok(Html(Index { frame, base_url: base, ids, samples }))
}

fn terraform(base: &str, config: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    configcat = {{\n      source = \"configcat/configcat\"\n    }}\n  }}\n}}\n\n\
         provider \"configcat\" {{\n  base_path = \"{base}\"\n}}\n\n\
         resource \"configcat_setting\" \"new_checkout\" {{\n  config_id    = \"{config}\"\n  key          = \"newCheckout\"\n  \
         name         = \"New checkout\"\n  setting_type = \"boolean\"\n  order        = 0\n}}"
    )
}
