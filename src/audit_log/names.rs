//! The names of events in the JSON API. Some programs know another name for the same thing: they are given theirs, and may ask by either.

use std::sync::LazyLock;

use crate::audit::{Event, ProductEvent};

/// Ours, theirs.
const THEIRS: &[(&str, &str)] = &[
    ("team.created", "team.created"),
    ("team.changed", "team.settings.updated"),
    ("team.deleted", "team.deleted"),
    ("team.suspended", "team.suspended"),
    ("team.resumed", "team.unsuspended"),
    ("member.added", "team.user.added"),
    ("member.removed", "team.user.removed"),
    ("member.left", "team.user.removed"),
    ("member.role-changed", "team.user.role-changed"),
    ("invitation.sent", "team.user.invited"),
    ("invitation.resent", "team.user.invite-resent"),
    ("invitation.revoked", "team.user.uninvited"),
    ("invitation.accepted", "team.user.invite.accepted"),
    ("invitation.declined", "team.user.invite.rejected"),
    ("account.created", "account.register"),
    ("account.changed", "user.updated-user"),
    ("account.deleted", "user.deleted"),
    ("account.email-verified", "account.verify.verify-token"),
    ("account.verification-asked", "account.verify.request-token"),
    ("account.email-change-asked", "account.change-email-request"),
    ("account.signed-in", "account.login"),
    ("account.signed-out", "account.logout"),
    ("account.password-changed", "user.updated-password"),
    ("account.password-reset-asked", "account.forgot-password"),
    ("account.password-reset", "account.reset-password"),
    ("account.token-created", "user.pat.created"),
    ("account.token-revoked", "user.pat.deleted"),
    ("platform.settings-changed", "platform.settings.updated"),
];

/// The name in the API of an event that is stored as `ours`.
pub fn shown(ours: &str) -> &str {
    THEIRS.iter().find(|(name, _)| *name == ours).map_or(ours, |(_, theirs)| theirs)
}

/// The stored names that a name in the API stands for. One that nobody knows stands for itself: it fits nothing.
pub fn stored(name: &str) -> Vec<String> {
    let ours: Vec<String> = THEIRS.iter().filter(|(_, theirs)| *theirs == name).map(|(ours, _)| (*ours).to_owned()).collect();
    if ours.is_empty() { vec![name.to_owned()] } else { ours }
}

/// The name as people read it: `member.role-changed` is “Member role changed”.
pub fn spoken(ours: &str) -> String {
    let words = ours.replace(['.', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A name as it is stored, as people read it, and where it can stand.
struct Known {
    name: &'static str,
    spoken: String,
    in_team: bool,
    in_product: bool,
}

/// All there are, put into words once.
static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let own = |name: &str| {
        name != "team.deleted" && ["team.", "member.", "service-account.", "invitation."].iter().any(|start| name.starts_with(start))
    };
    let known = |name: &'static str| {
        let of_product = ProductEvent::NAMES.contains(&name);
        Known {
            name,
            spoken: spoken(name),
            in_team: own(name) || name == "product.ordered" || of_product,
            in_product: name.starts_with("invitation.") || of_product,
        }
    };
    Event::names().map(known).collect()
});

/// Everything that can stand in a team's log, or in the platform's: as it is stored, and as people read it.
pub fn of_chain(team: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    KNOWN.iter().filter(move |known| known.in_team == team).map(|known| (known.name, known.spoken.as_str()))
}

/// Everything that can stand in a product's log, in the same way.
pub fn of_product() -> impl Iterator<Item = (&'static str, &'static str)> {
    KNOWN.iter().filter(|known| known.in_product).map(|known| (known.name, known.spoken.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_names_find_the_same_events() {
        assert!(THEIRS.iter().all(|(ours, _)| Event::names().any(|name| name == *ours)), "the table names only events that exist");
        assert_eq!(stored("team.user.removed"), ["member.removed", "member.left"]);
        assert_eq!(stored("member.left"), ["member.left"]);
        assert_eq!(shown("invitation.ended"), "invitation.ended");
        assert_eq!(spoken("member.role-changed"), "Member role changed");
    }
}
