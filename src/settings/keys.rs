//! The instance's settings as people read them.

use crate::platform::{Settings, Value};

/// A setting that is on or off.
pub struct Switch {
    /// Its key.
    pub key: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What it does.
    pub hint: &'static str,
    /// Whether it does nothing while the instance sends no mail.
    pub needs_mail: bool,
}

/// All switches, in groups.
pub const GROUPS: &[(&str, &[Switch])] = &[
    (
        "Accounts",
        &[
            Switch {
                key: "user:signup",
                label: "Sign-up",
                hint: "Whoever finds this instance may open an account. Their address is confirmed by mail.",
                needs_mail: true,
            },
            Switch {
                key: "user:reset-password",
                label: "Password reset",
                hint: "Whoever forgot their password may ask for a link to set a new one.",
                needs_mail: true,
            },
            Switch {
                key: "user:team:auto-create",
                label: "A team for everybody who signs up",
                hint: "An account that was opened without an invitation begins with a team of its own.",
                needs_mail: false,
            },
            Switch {
                key: TERMS,
                label: "Terms",
                hint: "Whoever opens an account agrees to the terms at the address below.",
                needs_mail: false,
            },
        ],
    ),
    (
        "Teams",
        &[
            Switch {
                key: "team:create",
                label: "Everybody may create teams",
                hint: "Off: only administrators create teams.",
                needs_mail: false,
            },
            Switch {
                key: "team:user:invite:external",
                label: "Invite people without an account",
                hint: "Owners may invite by e-mail address. Whoever accepts may open an account, even while sign-up is off.",
                needs_mail: true,
            },
        ],
    ),
];

/// Whether terms are agreed to.
pub const TERMS: &str = "user:tcs-required";
/// The address of the terms.
pub const TERMS_URL: &str = "user:tcs-url";

/// Whether the switch of that key is on.
pub fn is_on(settings: &Settings, key: &str) -> bool {
    settings.get(key) == Some(Value::Switch(true))
}

/// All settings as the page's form sends them.
pub fn form_values(is_on: impl Fn(&str) -> bool, terms_url: &str) -> Vec<(String, Value)> {
    let switches = GROUPS.iter().flat_map(|(_, switches)| *switches);
    let mut values: Vec<(String, Value)> = switches.map(|switch| (switch.key.to_owned(), Value::Switch(is_on(switch.key)))).collect();
    values.push((TERMS_URL.to_owned(), Value::Text(terms_url.trim().to_owned())));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_can_be_set_on_the_page() {
        let switches = GROUPS.iter().flat_map(|(_, switches)| switches.iter().map(|switch| switch.key));
        let mut shown: Vec<&str> = switches.chain([TERMS_URL]).collect();
        let mut all = Settings::NAMES.to_vec();
        shown.sort_unstable();
        all.sort_unstable();
        assert_eq!(shown, all);
    }
}
