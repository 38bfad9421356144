//! The pages about invitations: what owners see, and what invited people see.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

pub(super) mod own;
pub(super) mod product;

use super::{
    Invitation, Listed, NewInvitations, actions, listed,
    permits::{AcceptInvitation, DeclineInvitation, InvitePeople, ManageInvitation},
};
use crate::{
    authz::{Authorized, By, Permit, Role},
    error::{Error, Result},
    members, platform,
    teams::{self, BySlug},
    ui::{Action, Asked, Choice, Delivery, Dialog, Form, Frame, Html, Moment, Posted, Section, Signal, Toast, done},
};

/// The invitations of a team that wait for an answer.
#[derive(Template)]
#[template(path = "invitations/templates/index.html")]
pub struct Index {
    /// Around it; its title is "Members", because this is a tab of that page.
    pub frame: Frame,
    /// Slug of the team.
    pub slug: String,
    /// How many people have a role, for the tab.
    pub members: u64,
    /// How many invitations are open, for the tab.
    pub open: u64,
    /// Whether the reader may invite.
    pub may_invite: bool,
    /// Newest first.
    pub invitations: Vec<Row>,
}

/// An invitation that waits.
pub struct Row {
    /// The address, or the user name.
    pub to: String,
    /// Whether it is a user name.
    pub account: bool,
    /// The role it gives.
    pub role: String,
    /// For one to a product: "Developer in Storefront".
    pub offer: Option<String>,
    /// Who invited, or sent it again.
    pub inviter: String,
    /// When it was sent last.
    pub sent: Moment,
    /// When it ends.
    pub expires: Moment,
    /// Whether that is past.
    pub expired: bool,
    /// What became of the mail.
    pub delivery: Delivery,
    /// Why it does not work any more.
    pub broken: Option<String>,
    /// Send again, revoke.
    pub menu: Vec<Action>,
}

/// Dialog: inviting people, and what became of it.
#[derive(Template)]
#[template(path = "invitations/templates/_new.html")]
pub struct New {
    /// Name of the team.
    pub team: String,
    /// Its slug.
    pub slug: String,
    /// Fields `people`, `role`. After a sending, `people` holds what was not sent.
    pub form: Form,
    /// The roles that the reader may give, explained. One alone is not asked for.
    pub roles: Vec<Choice>,
    /// Entries of `people` that need attention.
    pub wrong: Vec<String>,
    /// What became of each entry of the last sending.
    pub results: Vec<Outcome>,
    /// Why only user names can be invited: there is no mail, or people without an account are not let in.
    pub names_only: Option<String>,
}

/// What became of one entry.
pub struct Outcome {
    /// As it was typed.
    pub entry: String,
    /// How to read it.
    pub kind: OutcomeKind,
    /// "already a member of Harbor Works", "invited".
    pub text: String,
    /// When the invitation ends.
    pub until: Option<Moment>,
}

/// How an entry went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// Invited.
    Invited,
    /// Nothing to do: a member already, invited already.
    Nothing,
    /// Not possible: not valid, nobody by that name.
    Refused,
}

impl New {
    fn invited(&self) -> usize {
        self.results.iter().filter(|result| result.kind == OutcomeKind::Invited).count()
    }

    fn wrong_line(&self) -> String {
        self.wrong.join(" ")
    }
}

/// Dialog: taking an invitation back.
#[derive(Template)]
#[template(path = "invitations/templates/_revoke.html")]
pub struct Revoke {
    /// Where the form goes: `/team/{team}/invitations/{invitation}/revoke`.
    pub action: String,
    /// The invitations page.
    pub back: String,
    /// The address, or the user name.
    pub to: String,
    /// Name of the team, or of the product.
    pub team: String,
}

/// The page behind the link of an invitation.
#[derive(Template)]
#[template(path = "invitations/templates/show.html")]
pub struct Show {
    /// Around it.
    pub frame: Frame,
    /// From the address of the page.
    pub token: String,
    /// Name of the team.
    pub team: String,
    /// Mark of the team.
    pub signal: Signal,
    /// The role it gives.
    pub role: String,
    /// For one to a product: its name.
    pub product: Option<String>,
    /// For one to a product: the permission group that it gives.
    pub group: Option<String>,
    /// Who invited.
    pub inviter: String,
    /// When it ends.
    pub expires: Moment,
    /// What the reader can do.
    pub stand: Stand,
}

/// What a reader can do with an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Accept or decline it.
    Open,
    /// Nobody is signed in.
    SignedOut {
        /// Whether an account can be made by it: it is by mail, and there is no account yet.
        sign_up: bool,
    },
    /// It is for somebody else.
    SomebodyElse {
        /// Who is signed in.
        me: String,
    },
    /// It does not work any more.
    Ended {
        /// Why, and what to do.
        why: String,
    },
}

/// Making an account by an invitation.
#[derive(Template)]
#[template(path = "invitations/templates/sign_up.html")]
pub struct SignUp {
    /// Around it.
    pub frame: Frame,
    /// From the address of the page.
    pub token: String,
    /// Name of the team, or of the product.
    pub team: String,
    /// The address that was invited.
    pub email: String,
    /// Fields `username`, `name`, `password`, and `terms` where there are any.
    pub form: Form,
    /// Where the terms are that everybody has to agree to.
    pub terms: Option<String>,
}

pub(super) async fn index(may: By<BySlug, InvitePeople>) -> Result<Html<Index>> {
    let found = listed::of_team(&may.read(), may.id).await?;
    let counts = teams::counts(&may.read(), may.id, may.now()).await?;
    let row = |listed: Listed| {
        let base = format!("/team/{}/invitations/{}", may.slug, listed.id);
        Row {
            account: listed.email.is_none(),
            role: listed.role.name().into(),
            offer: listed.product.map(|_| listed.offer()),
            to: listed.to(),
            sent: listed.created_at.into(),
            expires: listed.expires_at.into(),
            expired: listed.expires_at <= may.now(),
            delivery: Delivery::of(listed.mail_state.as_deref(), listed.mail_error.as_deref()),
            broken: listed.broken().map(|why| format!("{why} Send it again to make it yours.")),
            menu: vec![
                Action::post("Send again", "send", format!("{base}/resend")),
                Action::dialog("Revoke…", "trash", format!("{base}/revoke")).danger(),
            ],
            inviter: listed.row.inviter_name,
        }
    };
    Ok(Html(Index {
        frame: teams::frame(&may, &may, "Members", Section::Members).await?,
        slug: may.slug.clone(),
        members: (counts.owners + counts.members).unsigned_abs(),
        open: counts.invitations.unsigned_abs(),
        may_invite: true,
        invitations: found.into_iter().map(row).collect(),
    }))
}

pub(super) async fn new(may: By<BySlug, InvitePeople>, asked: Asked) -> Result<Response> {
    show_new(&may, asked, Form::new().with("role", "member"), vec![], vec![]).await
}

/// Why only people with an account can be invited, if it is so.
async fn names_only<P: Permit>(may: &Authorized<P>) -> Result<Option<String>> {
    Ok(if !may.app().config.has_mail() {
        Some("This instance sends no mail, so only people who have an account can be invited, by their user name.".to_owned())
    } else if !platform::load(&may.read()).await?.invite_external {
        Some("On this instance only people who have an account can be invited.".to_owned())
    } else {
        None
    })
}

/// The entries that need attention, and the form that holds them.
fn refused(outcomes: &[(String, actions::Outcome)]) -> (Form, Vec<String>) {
    use actions::Outcome as O;
    let refused = |outcome: &O| !matches!(outcome, O::Invited(_) | O::AlreadyMember | O::AlreadyInvited);
    let wrong: Vec<String> = outcomes.iter().filter(|(_, outcome)| refused(outcome)).map(|(entry, _)| entry.clone()).collect();
    let mut form = Form::new().with("people", wrong.join(", "));
    if !wrong.is_empty() {
        let many = if wrong.len() == 1 { "1 entry needs".to_owned() } else { format!("{} entries need", wrong.len()) };
        form = form.wrong("people", format!("{many} attention"));
    }
    (form, wrong)
}

async fn show_new(may: &Authorized<InvitePeople>, asked: Asked, form: Form, wrong: Vec<String>, results: Vec<Outcome>) -> Result<Response> {
    let status = if form.is_valid() && wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let roles = members::pages::role_choices();
    let names_only = names_only(may).await?;
    let body = New { team: may.name.clone(), slug: may.slug.clone(), form, roles, wrong, results, names_only };
    let frame = teams::frame(may, may, &format!("Invite people to {}", may.name), Section::Members).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub(super) async fn create(may: By<BySlug, InvitePeople>, asked: Asked, posted: Posted) -> Result<Response> {
    let role = if posted.get("role").is_empty() { Some(Role::Member) } else { Role::parse(posted.get("role")) };
    let invited = match role.ok_or_else(|| Error::field("role", "Please choose a role.")) {
        Ok(role) => match NewInvitations::parse(posted.get("people")) {
            Ok(new) => actions::invite(&may, &new, role).await,
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    match posted.or_again(invited)? {
        Ok(outcomes) => {
            let (form, wrong) = refused(&outcomes);
            let results = outcomes.into_iter().map(|(entry, outcome)| told(entry, outcome, &may.name)).collect();
            show_new(&may, asked, form.with("role", posted.get("role")), wrong, results).await
        }
        Err(form) => show_new(&may, asked, form, vec![], vec![]).await,
    }
}

/// What became of an entry, in words.
fn told(entry: String, outcome: actions::Outcome, team: &str) -> Outcome {
    use actions::Outcome as O;
    let (kind, text, until) = match outcome {
        O::Invited(until) => (OutcomeKind::Invited, "invited".to_owned(), Some(until.into())),
        O::AlreadyMember => (OutcomeKind::Nothing, format!("already a member of {team}"), None),
        O::AlreadyInvited => (OutcomeKind::Nothing, format!("already invited to {team}"), None),
        O::Unknown => (OutcomeKind::Refused, "no such user name".into(), None),
        O::NoExternal => (OutcomeKind::Refused, "only people with an account can be invited here; try the user name".into(), None),
        O::NoMail => (OutcomeKind::Refused, "this instance sends no mail; try the user name".into(), None),
        O::Wrong(why) => (OutcomeKind::Refused, if entry.contains('@') { "not a valid e-mail address".into() } else { why }, None),
    };
    Outcome { entry, kind, text, until }
}

pub(super) async fn resend(may: By<BySlug, ManageInvitation>, asked: Asked) -> Result<Response> {
    actions::resend(&may).await?;
    let toast = Toast(format!("The invitation of {} was sent again. It is open for another 7 days.", may.invited));
    Ok(done(asked, &format!("/team/{}/invitations", may.team_slug), Some(toast)))
}

pub(super) async fn confirm_revoke(may: By<BySlug, ManageInvitation>, asked: Asked) -> Result<Response> {
    let team = teams::one(&may.read(), may.team).await?.ok_or(Error::NotFound)?;
    let body = Revoke {
        action: format!("/team/{}/invitations/{}/revoke", team.slug, may.id),
        back: format!("/team/{}/invitations", team.slug),
        to: may.invited.clone(),
        team: team.name.clone(),
    };
    let frame = teams::frame(&may, &team, "Revoke an invitation", Section::Members).await?;
    Ok(Dialog { asked, frame, body }.into_response())
}

pub(super) async fn revoke(may: By<BySlug, ManageInvitation>, asked: Asked) -> Result<Response> {
    actions::revoke(&may).await?;
    let toast = Toast(format!("The invitation of {} was revoked.", may.invited));
    Ok(done(asked, &format!("/team/{}/invitations", may.team_slug), Some(toast)))
}

pub(super) async fn accept(may: Authorized<AcceptInvitation>, asked: Asked) -> Result<Response> {
    let accepted = actions::accept(&may).await?;
    Ok(done(asked, &may.inside(), Some(welcome(&may, &accepted))))
}

/// What somebody reads who has just joined.
pub(super) fn welcome(invitation: &Invitation, accepted: &actions::Accepted) -> Toast {
    let what = match &accepted.group {
        Some(group) => format!("Your permission group is {group}."),
        None if accepted.role == Role::Owner => "You are an Owner.".into(),
        None => "You are a Member.".into(),
    };
    Toast(format!("Welcome to {}. {what}", invitation.to()))
}

pub(super) async fn decline(may: Authorized<DeclineInvitation>, asked: Asked) -> Result<Response> {
    actions::decline(&may).await?;
    Ok(done(asked, "/account/teams", Some(Toast(format!("You have declined the invitation to {}.", may.to())))))
}
