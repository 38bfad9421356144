//! The pages of SDK keys: the keys of a config, who asks with them, and how to begin.

use askama::Template;

use crate::ui::{Action, Environment, Form, Frame, Moment, Tab};

mod samples;
mod show;

pub use samples::{SDKS, Sdk, sample};
pub(super) use show::{add, confirm_add, confirm_promote, confirm_revoke, index, promote, revoke};

/// The SDK keys of a config, an environment each, and a sample for one SDK: `?environment=&sdk=`.
#[derive(Template)]
#[template(path = "sdk_keys/templates/index.html")]
pub struct Index {
    /// Around it; its title is the name of the config.
    pub frame: Frame,
    /// `…/configs/{config}/keys`.
    pub path: String,
    /// *Flags and settings*, *SDK keys*, *Try it*.
    pub tabs: Vec<Tab>,
    /// The base URL that SDKs are told: this Burgee's own address.
    pub base_url: String,
    /// The environments that the reader can see.
    pub environments: Vec<Keys>,
    /// Those that the reader cannot see: their names, and a lock.
    pub unseen: Vec<Environment>,
    /// The code sample.
    pub sample: Option<Sample>,
}

/// The keys of one environment.
pub struct Keys {
    /// Which.
    pub environment: Environment,
    /// The primary, then the secondary if there is one.
    pub keys: Vec<Key>,
    /// Add a secondary, make the secondary primary, revoke.
    pub menu: Vec<Action>,
    /// The sample for it.
    pub code: String,
}

/// A key.
pub struct Key {
    /// "Primary" or "Secondary".
    pub slot: &'static str,
    /// The key.
    pub key: String,
    /// Whether the reader may see how often it is used; what follows is empty otherwise.
    pub counted: bool,
    /// When a client asked with it last.
    pub seen: Option<Moment>,
    /// Requests in the last hour.
    pub requests: u64,
    /// By SDK and version, most requests first: "ConfigCat-Python/m-10.0.1", 1,204.
    pub clients: Vec<(String, u64)>,
}

/// A code sample.
pub struct Sample {
    /// Whose key is filled in.
    pub environment: Environment,
    /// The tabs: one for each SDK.
    pub sdks: Vec<Tab>,
    /// Name of the SDK.
    pub sdk: &'static str,
    /// How it is installed.
    pub install: String,
    /// The code.
    pub code: String,
}

/// Dialog: a second key, so that applications can change over one by one. Field `note` where mandatory.
#[derive(Template)]
#[template(path = "sdk_keys/templates/_act.html")]
pub struct Act {
    /// Where the form goes: `…/keys/{environment}/rotate`, `…/promote` or `…/revoke`.
    pub action: String,
    /// The keys.
    pub back: String,
    /// What is done.
    pub what: What,
    /// Name of the config.
    pub config: String,
    /// Where.
    pub environment: Environment,
    /// Field `which` (`primary` or `secondary`) for revoking; `confirm` (name of the environment) if the key is in use.
    pub form: Form,
    /// "1,204 requests in the last hour, the last 3 s ago"; empty if nobody asks with it.
    pub in_use: String,
}

/// What is done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A secondary is added.
    Rotate,
    /// The secondary becomes the primary.
    Promote,
    /// A key ends.
    Revoke,
}

impl Act {
    fn title(&self) -> String {
        match self.what {
            What::Rotate => format!("Add a secondary key in {}", self.environment.name),
            What::Promote => format!("Make the secondary key primary in {}", self.environment.name),
            What::Revoke => format!("Revoke the {} key in {}?", self.form.value("which"), self.environment.name),
        }
    }

    fn revokes(&self) -> bool {
        self.what == What::Revoke
    }
}
