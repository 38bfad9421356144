//! The catalogue of events: names, what each one carries, which log it belongs to, which objects it is about, and how it reads.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    heads::ChainHead,
    log::Chain,
    product_event::{EnvironmentRef, ProductEvent},
};
use crate::{
    clock::Time,
    ids::{GroupId, InvitationId, MailId, PersonId, ProductId, SessionId, TeamId, TokenId},
};

/// A person as an event remembers them: readable after the account is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Who {
    /// The account, which may no longer exist.
    pub id: PersonId,
    /// The user name at that moment.
    pub username: String,
    /// The name at that moment.
    pub name: String,
}

/// One field before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The field, as people read it.
    pub field: String,
    /// What it was.
    pub before: String,
    /// What it is now.
    pub after: String,
}

impl Change {
    /// A changed field; `None` where nothing changed.
    pub fn of(field: &str, before: impl ToString, after: impl ToString) -> Option<Self> {
        let (before, after) = (before.to_string(), after.to_string());
        (before != after).then(|| Self { field: field.into(), before, after })
    }
}

/// The product to which an invitation is, with the group that it offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToProduct {
    /// The product.
    pub id: ProductId,
    /// Its name at that moment.
    pub name: String,
    /// The permission group.
    pub group: GroupId,
    /// The group's name at that moment.
    pub group_name: String,
}

impl ToProduct {
    /// From what a row has: all of it, or nothing.
    pub fn of(id: Option<ProductId>, name: Option<String>, group: Option<GroupId>, group_name: Option<String>) -> Option<Self> {
        Some(Self { id: id?, name: name?, group: group?, group_name: group_name? })
    }
}

/// What was ended when a backup was restored, so that nothing is valid again that was revoked after it was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Restored {
    /// When the backup was made; unknown where the database was restored by other means.
    pub made_at: Option<Time>,
    /// Sessions that were ended.
    pub sessions: u64,
    /// Links of mails and of the set-up that were ended.
    pub links: u64,
    /// Mails that waited and were given up: each would have carried a link.
    pub mails: u64,
    /// Whether tokens and service accounts were kept.
    pub kept_credentials: bool,
    /// Personal tokens there were; revoked unless they were kept.
    pub tokens: u64,
    /// Service accounts there were; deleted unless they were kept.
    pub service_accounts: u64,
    /// SDK keys, which are always kept.
    pub sdk_keys: u64,
}

/// A piece of an event's sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Plain words.
    Text(String),
    /// A name that matters.
    Strong(String),
    /// An environment.
    Environment {
        /// Its name.
        name: String,
        /// Its colour.
        color: Option<String>,
    },
}

impl Part {
    /// As plain text.
    pub fn words(&self) -> &str {
        match self {
            Self::Text(text) | Self::Strong(text) | Self::Environment { name: text, .. } => text,
        }
    }
}

/// Why a change is no news and leaves no event. A closed list: each has its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unaudited {
    /// When a session or a token was last used: a statistic.
    LastSeen,
    /// Whether a mail or a request went out: shown in its list.
    Delivery,
    /// A secret of a mailed link was made; asking for the link was the event.
    LinkMade,
    /// How often applications used a key: a statistic.
    KeyUse,
    /// The chain of a log was checked; the result stands at the log.
    ChainChecked,
    /// A job was taken, put off or finished: what it did is an event of its own.
    Job,
    /// What has expired was cleared away: it had no effect any more.
    Expired,
    /// The verb found that nothing was to be changed.
    Nothing,
}

impl Unaudited {
    /// All of them with their reasons, for the documentation.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::LastSeen, "when a session or token was last used is a statistic"),
        (Self::Delivery, "whether a mail or a request to another server went out is shown in its list"),
        (Self::LinkMade, "asking for a mailed link is the event, making its secret is not"),
        (Self::KeyUse, "how often a key was used is a statistic"),
        (Self::ChainChecked, "the result of checking a log stands at the log"),
        (Self::Job, "what a job did is an event of its own"),
        (Self::Expired, "what has expired had no effect any more"),
        (Self::Nothing, "nothing was changed"),
    ];
}

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal { $($field:ident: $type:ty),* $(,)? })*) => {
        /// One thing that happened.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "event", content = "data")]
        #[allow(missing_docs)] // the fields are named for what they are
        #[expect(clippy::large_enum_variant, reason = "a handful of them live at once, and each is written as it is")]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $name)] $variant { $($field: $type),* },)*
            /// A change that is no news. It is not stored.
            #[serde(skip)]
            Unaudited(Unaudited),
            /// What happened in a product: a catalogue of its own.
            #[serde(untagged)]
            Product(ProductEvent),
        }

        /// The same without what is untagged, for which everything would have to be kept aside until it is known what it is.
        #[derive(Deserialize)]
        #[serde(tag = "event", content = "data")]
        enum Own {
            $(#[serde(rename = $name)] $variant { $($field: $type),* },)*
        }

        impl From<Own> for Event {
            fn from(own: Own) -> Self {
                match own {
                    $(Own::$variant { $($field),* } => Self::$variant { $($field),* },)*
                }
            }
        }

        impl Event {
            /// Every name of this catalogue, as stored.
            pub const OWN_NAMES: &'static [&'static str] = &[$($name),*];

            /// The stored name, such as `invitation.sent`.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)*
                    Self::Unaudited(_) => "unaudited",
                    Self::Product(event) => event.name(),
                }
            }
        }
    };
}

events! {
    TeamCreated = "team.created" { team: TeamId, name: String, slug: String }
    TeamChanged = "team.changed" { team: TeamId, changes: Vec<Change> }
    TeamDeleted = "team.deleted" { team: TeamId, name: String, slug: String }
    TeamSuspended = "team.suspended" { team: TeamId, name: String }
    TeamResumed = "team.resumed" { team: TeamId, name: String }
    MemberAdded = "member.added" { team: TeamId, who: Who, role: String }
    MemberRemoved = "member.removed" { team: TeamId, who: Who, role: String }
    MemberLeft = "member.left" { team: TeamId, who: Who, role: String }
    RoleChanged = "member.role-changed" { team: TeamId, who: Who, before: String, after: String }
    ServiceAccountCreated = "service-account.created" { team: TeamId, who: Who }
    ServiceAccountRenamed = "service-account.renamed" { team: TeamId, who: Who, before: String }
    ServiceAccountDeleted = "service-account.deleted" { team: TeamId, who: Who }
    ServiceTokenCreated = "service-account.token-created" { team: TeamId, who: Who, token: TokenId, name: String, read_only: bool }
    ServiceTokenRevoked = "service-account.token-revoked" { team: TeamId, who: Who, token: TokenId, name: String }
    InvitationSent = "invitation.sent" { team: TeamId, invitation: InvitationId, invitee: String, role: String, product: Option<ToProduct> }
    InvitationChanged = "invitation.changed" { team: TeamId, invitation: InvitationId, invitee: String, before: String, product: Option<ToProduct> }
    InvitationResent = "invitation.resent" { team: TeamId, invitation: InvitationId, invitee: String, product: Option<ToProduct> }
    InvitationRevoked = "invitation.revoked" { team: TeamId, invitation: InvitationId, invitee: String, product: Option<ToProduct> }
    InvitationAccepted = "invitation.accepted" { team: TeamId, invitation: InvitationId, who: Who, role: String, product: Option<ToProduct> }
    InvitationDeclined = "invitation.declined" { team: TeamId, invitation: InvitationId, invitee: String, product: Option<ToProduct> }
    InvitationEnded = "invitation.ended" { team: TeamId, invitation: InvitationId, invitee: String, product: Option<ToProduct> }
    AccountCreated = "account.created" { who: Who, email: String, how: String }
    AccountChanged = "account.changed" { who: Who, changes: Vec<Change> }
    AccountDeleted = "account.deleted" { who: Who }
    EmailVerified = "account.email-verified" { who: Who, email: String }
    EmailChangeAsked = "account.email-change-asked" { who: Who, email: String }
    VerificationAsked = "account.verification-asked" { who: Who, email: String }
    SignedIn = "account.signed-in" { who: Who, session: SessionId }
    SignedOut = "account.signed-out" { who: Who, session: SessionId }
    SignInFailed = "account.sign-in-failed" { who: Who }
    SessionEnded = "account.session-ended" { who: Who, session: SessionId }
    SessionsEnded = "account.sessions-ended" { who: Who, count: u64 }
    PasswordChanged = "account.password-changed" { who: Who }
    PasswordExpired = "account.password-expired" { who: Who }
    PasswordResetAsked = "account.password-reset-asked" { who: Who }
    PasswordReset = "account.password-reset" { who: Who }
    TokenCreated = "account.token-created" { who: Who, token: TokenId, name: String, read_only: bool }
    TokenRevoked = "account.token-revoked" { who: Who, token: TokenId, name: String }
    Suspended = "person.suspended" { who: Who }
    Resumed = "person.resumed" { who: Who }
    Promoted = "person.promoted" { who: Who }
    Demoted = "person.demoted" { who: Who }
    SettingsChanged = "platform.settings-changed" { changes: Vec<Change> }
    InstanceRestored = "platform.restored" { restored: Restored }
    LogHeadsRecorded = "log.heads-recorded" { heads: Vec<ChainHead> }
    LogHeadsPrinted = "log.heads-printed" { logs: u64 }
    ProductsOrdered = "product.ordered" { team: TeamId, order: Vec<String> }
    MailGivenUp = "mail.given-up" { mail: MailId, recipient: String, error: String }
    MailSentAgain = "mail.sent-again" { mail: MailId, recipient: String }
}

impl From<ProductEvent> for Event {
    fn from(event: ProductEvent) -> Self {
        Self::Product(event)
    }
}

impl Event {
    /// Reads an event that was stored under its name; `None` if a later version wrote something this one does not know.
    pub fn read(name: &str, data: &str) -> Option<Self> {
        match ProductEvent::NAMES.contains(&name) {
            true => serde_json::from_str(data).ok().map(Self::Product),
            false => serde_json::from_str::<Own>(data).ok().map(Self::from),
        }
    }

    /// Every name, as stored.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::OWN_NAMES.iter().chain(ProductEvent::NAMES).copied()
    }

    /// The chain it belongs to.
    pub fn chain(&self) -> Chain {
        match self {
            Self::Product(event) => Chain::Team(event.at().team),
            Self::TeamCreated { team, .. }
            | Self::TeamChanged { team, .. }
            | Self::TeamSuspended { team, .. }
            | Self::TeamResumed { team, .. }
            | Self::MemberAdded { team, .. }
            | Self::MemberRemoved { team, .. }
            | Self::MemberLeft { team, .. }
            | Self::RoleChanged { team, .. }
            | Self::ServiceAccountCreated { team, .. }
            | Self::ServiceAccountRenamed { team, .. }
            | Self::ServiceAccountDeleted { team, .. }
            | Self::ServiceTokenCreated { team, .. }
            | Self::ServiceTokenRevoked { team, .. }
            | Self::InvitationSent { team, .. }
            | Self::InvitationChanged { team, .. }
            | Self::InvitationResent { team, .. }
            | Self::InvitationRevoked { team, .. }
            | Self::InvitationAccepted { team, .. }
            | Self::InvitationDeclined { team, .. }
            | Self::InvitationEnded { team, .. }
            | Self::ProductsOrdered { team, .. } => Chain::Team(*team),
            _ => Chain::Platform,
        }
    }

    /// What it is about: the ids by which it is found again.
    pub fn objects(&self) -> Vec<Uuid> {
        match self {
            Self::TeamCreated { team, .. }
            | Self::TeamChanged { team, .. }
            | Self::TeamDeleted { team, .. }
            | Self::TeamSuspended { team, .. }
            | Self::TeamResumed { team, .. } => vec![team.0],
            Self::MemberAdded { who, .. }
            | Self::MemberRemoved { who, .. }
            | Self::MemberLeft { who, .. }
            | Self::RoleChanged { who, .. }
            | Self::ServiceAccountCreated { who, .. }
            | Self::ServiceAccountRenamed { who, .. }
            | Self::ServiceAccountDeleted { who, .. } => {
                vec![who.id.0]
            }
            Self::InvitationSent { invitation, product, .. }
            | Self::InvitationChanged { invitation, product, .. }
            | Self::InvitationResent { invitation, product, .. }
            | Self::InvitationRevoked { invitation, product, .. }
            | Self::InvitationDeclined { invitation, product, .. }
            | Self::InvitationEnded { invitation, product, .. } => {
                [invitation.0].into_iter().chain(product.as_ref().map(|product| product.id.0)).collect()
            }
            Self::InvitationAccepted { invitation, who, product, .. } => {
                [invitation.0, who.id.0].into_iter().chain(product.as_ref().map(|product| product.id.0)).collect()
            }
            Self::ProductsOrdered { team, .. } => vec![team.0],
            Self::Product(event) => event.objects(),
            Self::TokenCreated { who, token, .. }
            | Self::TokenRevoked { who, token, .. }
            | Self::ServiceTokenCreated { who, token, .. }
            | Self::ServiceTokenRevoked { who, token, .. } => vec![who.id.0, token.0],
            Self::AccountCreated { who, .. }
            | Self::AccountChanged { who, .. }
            | Self::AccountDeleted { who }
            | Self::EmailVerified { who, .. }
            | Self::EmailChangeAsked { who, .. }
            | Self::VerificationAsked { who, .. }
            | Self::SignedIn { who, .. }
            | Self::SignedOut { who, .. }
            | Self::SignInFailed { who }
            | Self::SessionEnded { who, .. }
            | Self::SessionsEnded { who, .. }
            | Self::PasswordChanged { who }
            | Self::PasswordExpired { who }
            | Self::PasswordResetAsked { who }
            | Self::PasswordReset { who }
            | Self::Suspended { who }
            | Self::Resumed { who }
            | Self::Promoted { who }
            | Self::Demoted { who } => vec![who.id.0],
            Self::MailSentAgain { mail, .. } | Self::MailGivenUp { mail, .. } => vec![mail.0],
            Self::SettingsChanged { .. }
            | Self::LogHeadsRecorded { .. }
            | Self::LogHeadsPrinted { .. }
            | Self::InstanceRestored { .. }
            | Self::Unaudited(_) => vec![],
        }
    }

    /// Fields before and after, where the event has them.
    pub fn changes(&self) -> Vec<Change> {
        match self {
            Self::TeamChanged { changes, .. } | Self::AccountChanged { changes, .. } | Self::SettingsChanged { changes } => changes.clone(),
            Self::RoleChanged { before, after, .. } => Change::of("Role", before, after).into_iter().collect(),
            Self::ServiceAccountRenamed { who, before, .. } => Change::of("Name", before, &who.name).into_iter().collect(),
            Self::InvitationChanged { before, product: Some(to), .. } => {
                Change::of("Permission group", before, &to.group_name).into_iter().collect()
            }
            Self::Product(event) => event.changes(),
            _ => vec![],
        }
    }

    /// What comes after the actor's name: “changed the role of **Kim** from Member to Owner”.
    pub fn sentence(&self) -> Vec<Part> {
        let text = |text: &str| Part::Text(text.to_owned());
        let name = |name: &str| Part::Strong(name.to_owned());
        let fields = |changes: &[Change]| changes.iter().map(|change| change.field.to_lowercase()).collect::<Vec<_>>().join(", ");
        match self {
            Self::TeamCreated { name: team, .. } => vec![text("created the team "), name(team)],
            Self::TeamChanged { changes, .. } => vec![text("changed the team’s "), text(&fields(changes))],
            Self::TeamDeleted { name: team, .. } => vec![text("deleted the team "), name(team)],
            Self::TeamSuspended { name: team, .. } => vec![text("suspended the team "), name(team)],
            Self::TeamResumed { name: team, .. } => vec![text("ended the suspension of the team "), name(team)],
            Self::MemberAdded { who, role, .. } => vec![text("added "), name(&who.name), text(&format!(" as {role}"))],
            Self::MemberRemoved { who, role, .. } => vec![text("removed "), name(&who.name), text(&format!(", who was {role}"))],
            Self::MemberLeft { role, .. } => vec![text(&format!("left the team as {role}"))],
            Self::RoleChanged { who, before, after, .. } => {
                vec![text("changed the role of "), name(&who.name), text(&format!(" from {before} to {after}"))]
            }
            Self::ServiceAccountCreated { who, .. } => vec![text("created the service account "), name(&who.name)],
            Self::ServiceAccountRenamed { who, before, .. } => {
                vec![text("renamed the service account "), name(before), text(" to "), name(&who.name)]
            }
            Self::ServiceAccountDeleted { who, .. } => vec![text("deleted the service account "), name(&who.name)],
            Self::ServiceTokenCreated { who, name: token, read_only, .. } => {
                let made = if *read_only { "made the read-only token " } else { "made the token " };
                vec![text(made), name(token), text(" of the service account "), name(&who.name)]
            }
            Self::ServiceTokenRevoked { who, name: token, .. } => {
                vec![text("revoked the token "), name(token), text(" of the service account "), name(&who.name)]
            }
            Self::InvitationSent { invitee, product: Some(to), .. } => {
                vec![text("invited "), name(invitee), text(" to "), name(&to.name), text(" as "), name(&to.group_name)]
            }
            Self::InvitationSent { invitee, role, .. } => vec![text("invited "), name(invitee), text(&format!(" as {role}"))],
            Self::InvitationChanged { invitee, product: Some(to), .. } => {
                vec![text("changed the invitation of "), name(invitee), text(" to the permission group "), name(&to.group_name)]
            }
            Self::InvitationChanged { invitee, .. } => vec![text("changed the invitation of "), name(invitee)],
            Self::InvitationResent { invitee, .. } => vec![text("sent the invitation of "), name(invitee), text(" again")],
            Self::InvitationRevoked { invitee, .. } => vec![text("revoked the invitation of "), name(invitee)],
            Self::InvitationAccepted { product: Some(to), .. } => {
                vec![text("accepted the invitation to "), name(&to.name), text(" and joined as "), name(&to.group_name)]
            }
            Self::InvitationAccepted { role, .. } => vec![text(&format!("accepted the invitation and joined as {role}"))],
            Self::InvitationDeclined { invitee, .. } => vec![text("declined the invitation that was sent to "), name(invitee)],
            Self::InvitationEnded { invitee, .. } => vec![text("ended the invitation of "), name(invitee), text(" after 7 days")],
            Self::AccountCreated { who, how, .. } => vec![text("created the account of "), name(&who.username), text(&format!(" {how}"))],
            Self::AccountChanged { who, changes } => vec![text("changed "), text(&fields(changes)), text(" of "), name(&who.username)],
            Self::AccountDeleted { who } => vec![text("deleted the account of "), name(&who.username)],
            Self::EmailVerified { email, .. } => vec![text("confirmed the address "), name(email)],
            Self::EmailChangeAsked { email, .. } => vec![text("asked to change the address to "), name(email)],
            Self::VerificationAsked { email, .. } => vec![text("asked for a mail to confirm "), name(email)],
            Self::SignedIn { .. } => vec![text("signed in")],
            Self::SignedOut { .. } => vec![text("signed out")],
            Self::SignInFailed { who } => vec![text("refused a sign-in as "), name(&who.username), text(": the password was wrong")],
            Self::SessionEnded { who, .. } => vec![text("ended a session of "), name(&who.username)],
            Self::SessionsEnded { who, count } => vec![text(&format!("ended {count} sessions of ")), name(&who.username)],
            Self::PasswordChanged { who } => vec![text("changed the password of "), name(&who.username)],
            Self::PasswordExpired { who } => vec![text("told "), name(&who.username), text(" to choose a new password")],
            Self::PasswordResetAsked { who } => vec![text("asked for a new password for "), name(&who.username)],
            Self::PasswordReset { who } => vec![text("set a new password for "), name(&who.username), text(" through a mailed link")],
            Self::TokenCreated { name: token, read_only, .. } => {
                vec![text(if *read_only { "made the read-only token " } else { "made the token " }), name(token)]
            }
            Self::TokenRevoked { name: token, .. } => vec![text("revoked the token "), name(token)],
            Self::Suspended { who } => vec![text("suspended "), name(&who.username)],
            Self::Resumed { who } => vec![text("ended the suspension of "), name(&who.username)],
            Self::Promoted { who } => vec![text("made "), name(&who.username), text(" an administrator")],
            Self::Demoted { who } => vec![text("took administration from "), name(&who.username)],
            Self::SettingsChanged { changes } => vec![text("changed the instance’s settings: "), text(&fields(changes))],
            Self::InstanceRestored { restored } => {
                let Restored { made_at, sessions, links, mails, kept_credentials, tokens, service_accounts, sdk_keys } = restored;
                let of = made_at.map_or_else(String::new, |at| format!(" of {}", at.format("%Y-%m-%d %H:%M UTC")));
                let (revoked, deleted) = if *kept_credentials { ("kept", "kept") } else { ("revoked", "deleted") };
                vec![
                    text("restored "),
                    name(&format!("the backup{of}")),
                    text(&format!(
                        ": ended {}, {} and {}, {revoked} {}, {deleted} {}, kept {}",
                        counted(*sessions, "session"),
                        counted(*links, "link"),
                        counted(*mails, "waiting mail"),
                        counted(*tokens, "personal token"),
                        counted(*service_accounts, "service account"),
                        counted(*sdk_keys, "SDK key"),
                    )),
                ]
            }
            Self::LogHeadsRecorded { heads } => {
                vec![text("recorded where "), name(&counted(heads.len() as u64, "log")), text(" stood")]
            }
            Self::LogHeadsPrinted { logs } => {
                vec![text("printed where "), name(&counted(*logs, "log")), text(" stood, to be kept elsewhere")]
            }
            Self::MailGivenUp { recipient, error, .. } => {
                vec![text("gave up sending a mail to "), name(recipient), text(&format!(": {error}"))]
            }
            Self::MailSentAgain { recipient, .. } => vec![text("sent a mail to "), name(recipient), text(" again")],
            Self::ProductsOrdered { .. } => vec![text("put the products into another order")],
            Self::Product(event) => event.sentence(),
            Self::Unaudited(_) => vec![],
        }
    }

    /// The environment whose values it is about: without access to it, only the sentence is read.
    pub fn environment(&self) -> Option<&EnvironmentRef> {
        match self {
            Self::Product(event) => event.environment(),
            _ => None,
        }
    }

    /// Why it was done, in the actor's own words.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Product(event) => event.note(),
            _ => None,
        }
    }
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
