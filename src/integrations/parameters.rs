//! The services, and what each of them needs.

use std::collections::BTreeMap;

use crate::{deliveries::Destination, error::Fields, webhooks::SLACK};

/// A service of somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Events about changes.
    DataDog,
    /// Messages in a channel.
    Slack,
    /// Annotations in charts.
    Amplitude,
    /// Annotations in charts.
    MixPanel,
    /// Events about changes.
    Segment,
    /// Messages to clients.
    PubNub,
}

/// What a service needs.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// As people read it.
    pub label: &'static str,
    /// Whether there is no doing without it.
    pub required: bool,
    /// What it can be; empty for any text.
    pub choices: &'static [&'static str],
}

const fn text(name: &'static str, label: &'static str) -> Parameter {
    Parameter { name, label, required: true, choices: &[] }
}

const fn choice(name: &'static str, label: &'static str, choices: &'static [&'static str]) -> Parameter {
    Parameter { name, label, required: false, choices }
}

/// Where Slack takes messages.
pub const SLACK_URL: &str = "incoming_webhook.url";
/// Whether messages tell what is confidential.
pub const SLACK_CONFIDENTIAL: &str = "includeSensitiveData";

impl Service {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Slack, Self::DataDog, Self::Amplitude, Self::MixPanel, Self::Segment, Self::PubNub];

    /// As it is stored, and as programs write it.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::DataDog => "dataDog",
            Self::Slack => "slack",
            Self::Amplitude => "amplitude",
            Self::MixPanel => "mixPanel",
            Self::Segment => "segment",
            Self::PubNub => "pubNub",
        }
    }

    /// Reads it, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.wire().eq_ignore_ascii_case(text.trim()))
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::DataDog => "Datadog",
            Self::Slack => "Slack",
            Self::Amplitude => "Amplitude",
            Self::MixPanel => "Mixpanel",
            Self::Segment => "Twilio Segment",
            Self::PubNub => "PubNub",
        }
    }

    /// Whether it is told what changes; the others are kept for programs that ask for them.
    pub const fn is_told(self) -> bool {
        matches!(self, Self::Slack)
    }

    /// What it needs.
    pub const fn parameters(self) -> &'static [Parameter] {
        const SITES: &[&str] = &["Us", "Eu", "Us1Fed", "Us3", "Us5"];
        match self {
            Self::DataDog => &const { [text("apikey", "API key"), choice("site", "Site", SITES)] },
            Self::Slack => {
                &const { [text(SLACK_URL, "Incoming webhook"), choice(SLACK_CONFIDENTIAL, "Tell confidential values", &["false", "true"])] }
            }
            Self::Amplitude => &const { [text("apiKey", "API key"), text("secretKey", "Secret key")] },
            Self::MixPanel => {
                &const {
                    [
                        text("serviceAccountUserName", "User name of the service account"),
                        text("serviceAccountSecret", "Secret of the service account"),
                        text("projectId", "Project"),
                        choice("server", "Server", &["StandardServer", "EUResidencyServer"]),
                    ]
                }
            }
            Self::Segment => &const { [text("writeKey", "Write key"), choice("server", "Server", &["Us", "Eu"])] },
            Self::PubNub => &[],
        }
    }

    /// Whether these are what it needs. What is wrong stands at `parameters.` and the name.
    pub(super) fn check(self, given: &BTreeMap<String, String>, fields: &mut Fields) {
        let mut wrong = |name: &str, why: String| fields.add(format!("parameters.{name}"), why);
        for parameter in self.parameters() {
            let (name, value) = (parameter.name, given.get(parameter.name).map_or("", |value| value.trim()));
            if parameter.required && value.is_empty() {
                wrong(name, format!("{name} parameter is required."));
            } else if !value.is_empty()
                && !parameter.choices.is_empty()
                && !parameter.choices.iter().any(|one| one.eq_ignore_ascii_case(value))
            {
                wrong(name, format!("'{name}' is invalid. It can be {}.", parameter.choices.join(", ")));
            }
        }
        if self == Self::Slack
            && let Some(url) = given.get(SLACK_URL).filter(|url| !url.trim().is_empty())
        {
            match Destination::parse(url) {
                Err(_) => wrong(SLACK_URL, format!("'{SLACK_URL}' is not a valid URL.")),
                Ok(to) if !is_slack(&to) => wrong(SLACK_URL, format!("'{SLACK_URL}' is not a valid Slack Incoming Webhook URL.")),
                Ok(_) => {}
            }
        }
    }
}

/// Whether an address is one of Slack’s: what takes messages there is theirs to say. The name alone decides, without a port of its own.
fn is_slack(to: &Destination) -> bool {
    to.is_plain_https() && to.is_below(SLACK) && to.path() != "/"
}
