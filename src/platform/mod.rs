//! Settings of the instance that administrators change while it runs. A key that has no row has its default.

mod store;

pub use store::{load, save};

/// The settings there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `user:signup`: people may open an account without being invited (needs mail).
    pub sign_up: bool,
    /// `user:reset-password`: people may set a new password through a mailed link (needs mail).
    pub reset_password: bool,
    /// `user:team:auto-create`: somebody who opens an account without being invited gets a team of their own.
    pub team_for_new_people: bool,
    /// `user:tcs-required`: people agree to the terms when they open an account.
    pub terms_required: bool,
    /// `user:tcs-url`: where the terms are.
    pub terms_url: String,
    /// `team:create`: everybody may create teams.
    pub create_teams: bool,
    /// `team:user:invite:external`: people without an account may be invited (needs mail).
    pub invite_external: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sign_up: false,
            reset_password: true,
            team_for_new_people: false,
            terms_required: false,
            terms_url: String::new(),
            create_teams: true,
            invite_external: true,
        }
    }
}

/// A setting's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// On or off.
    Switch(bool),
    /// A text.
    Text(String),
}

impl Settings {
    /// The names, as in the API and in the database.
    pub const NAMES: [&'static str; 7] = [
        "user:signup",
        "user:reset-password",
        "user:team:auto-create",
        "user:tcs-required",
        "user:tcs-url",
        "team:create",
        "team:user:invite:external",
    ];

    /// The value of a name; `None` if there is no such setting.
    pub fn get(&self, name: &str) -> Option<Value> {
        Some(match name {
            "user:signup" => Value::Switch(self.sign_up),
            "user:reset-password" => Value::Switch(self.reset_password),
            "user:team:auto-create" => Value::Switch(self.team_for_new_people),
            "user:tcs-required" => Value::Switch(self.terms_required),
            "user:tcs-url" => Value::Text(self.terms_url.clone()),
            "team:create" => Value::Switch(self.create_teams),
            "team:user:invite:external" => Value::Switch(self.invite_external),
            _ => return None,
        })
    }

    /// Sets a value; `false` if there is no such setting or it is of the other kind.
    pub fn set(&mut self, name: &str, value: Value) -> bool {
        let (switch, text) = match value {
            Value::Switch(on) => (Some(on), None),
            Value::Text(text) => (None, Some(text)),
        };
        let slot = match name {
            "user:signup" => &mut self.sign_up,
            "user:reset-password" => &mut self.reset_password,
            "user:team:auto-create" => &mut self.team_for_new_people,
            "user:tcs-required" => &mut self.terms_required,
            "user:tcs-url" => return text.map(|text| self.terms_url = text).is_some(),
            "team:create" => &mut self.create_teams,
            "team:user:invite:external" => &mut self.invite_external,
            _ => return false,
        };
        switch.map(|on| *slot = on).is_some()
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Switch(on) => on.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}
