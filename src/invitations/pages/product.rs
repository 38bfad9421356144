//! The people of a product: who is in it, who is invited, and inviting more.

use axum::{http::StatusCode, response::Response};

use super::{Revoke, names_only, refused};
use crate::{
    authz::{Authorized, By, Group, Permission, Resource as _},
    db::Reader,
    error::{Error, Result},
    ids::GroupId,
    invitations::{
        Invitation, Listed, NewInvitations, Outcome as O, actions, listed,
        permits::{InviteToProduct, ManageProductInvitation},
    },
    permission_groups,
    product_members::{
        self, group_in,
        pages::{at_field, drawn, drawn_access, frame, group_choices, parse_group},
        permits::SeePeople,
    },
    products::{
        self, EnvironmentBrief, InTeam, Product,
        pages::{ChangeGroup, Flips, InvitationRow, Invite, Manage, Outcome, OutcomeKind, OwnerRow, PersonRow},
    },
    ui::{Action, Asked, Avatar, Delivery, Dialog, Form, Html, Posted, Reach, Tab, Toast, done},
};

pub(in crate::invitations) async fn manage(may: By<InTeam, SeePeople>) -> Result<Html<Manage>> {
    let (db, own, path) = (may.read(), may.actor()?.person, may.path());
    let manages = may.may(Permission::ProductMembersManage, &may.place());
    let second = |email: String, username: String| if manages { email } else { format!("@{username}") };
    let owner = |owner: product_members::OwnerBrief| OwnerRow {
        avatar: Avatar::of(&owner.person.to_string(), &owner.name),
        you: owner.person == own,
        second: second(owner.email, owner.username),
        name: owner.name,
    };
    let mut people: Vec<PersonRow> = vec![];
    let mut leave = None;
    let environments = products::environments_of(&db, may.id).await?;
    let mut groups: Vec<(GroupId, Group)> = vec![];
    for member in product_members::list(&db, may.id).await? {
        let you = member.person == own;
        if you {
            leave = Some(format!("{path}/members/{own}/remove"));
        }
        if !manages && !you {
            continue;
        }
        if !groups.iter().any(|(id, _)| *id == member.group) {
            let found = group_in(&db, may.id, member.group).await?;
            groups.push((member.group, permission_groups::group(&db, &found).await?));
        }
        let group = groups.iter().find(|(id, _)| *id == member.group).map(|(_, group)| group);
        people.push(PersonRow {
            avatar: Avatar::of(&member.person.to_string(), &member.name),
            you,
            role: if member.service { SERVICE.into() } else { member.role.name().into() },
            group: member.group_name,
            change: manages.then(|| format!("{path}/members/{}/group", member.person)),
            reach: group.map(|group| reach(group, &environments)).unwrap_or_default(),
            seen: member.last_seen_at.map(Into::into),
            remove: (manages && !you).then(|| format!("{path}/members/{}/remove", member.person)),
            menu: menu(&may, &path, member.person, &member.name),
            second: if member.service { "uses tokens only".into() } else { second(member.email, member.username) },
            name: member.name,
        });
    }
    let listed = if manages { listed::of_product(&db, may.id).await? } else { vec![] };
    let (pending, expired): (Vec<Listed>, Vec<Listed>) =
        listed.into_iter().partition(|listed| listed.expires_at > may.now() && listed.inviter_may);
    let row = |listed: Listed| invitation(&path, listed, may.now());
    let mut tabs = vec![Tab::new("People", format!("{path}/manage")).here(true)];
    if manages {
        tabs.push(Tab::new("Permission groups", format!("{path}/groups")));
    }
    Ok(Html(Manage {
        frame: frame(&may, &may, "Manage product").await?,
        product: may.name.clone(),
        team: may.team_name.clone(),
        tabs,
        may_manage: manages,
        owners: product_members::owners(&db, may.team).await?.into_iter().map(owner).collect(),
        administrators: product_members::administrators(&db).await?,
        people,
        pending: pending.into_iter().map(row).collect(),
        expired: expired.into_iter().map(row).collect(),
        leave,
        path,
    }))
}

/// The mark of a service account among people.
const SERVICE: &str = "Service account";

/// The environments that matter most, or the first few where none does.
fn reach(group: &Group, environments: &[EnvironmentBrief]) -> Vec<Reach> {
    let all = || environments.iter().map(|one| Reach { environment: drawn(one), access: drawn_access(group.access(one.id)) });
    let most: Vec<Reach> = all().filter(|reach| reach.environment.is_red()).collect();
    if most.is_empty() { all().take(3).collect() } else { most }
}

fn menu(may: &Authorized<SeePeople>, path: &str, person: crate::ids::PersonId, name: &str) -> Vec<Action> {
    let mut menu = vec![];
    let place = may.place_of(crate::authz::Kind::ProductMember).about(Some(person));
    if may.may(Permission::ProductMemberExplain, &place) {
        menu.push(Action::link(format!("Why can {name}…?"), "help", format!("{path}/why?person={person}")));
    }
    if may.may(Permission::ProductAuditRead, &may.place()) {
        menu.push(Action::link(format!("What {name} changed"), "list-details", format!("{path}/audit-log?person={person}")));
    }
    menu
}

fn invitation(path: &str, listed: Listed, now: crate::clock::Time) -> InvitationRow {
    let base = format!("{path}/invitations/{}", listed.id);
    InvitationRow {
        to: listed.to(),
        account: listed.email.is_none(),
        change: Some(format!("{base}/group")),
        sent: listed.created_at.into(),
        expires: listed.expires_at.into(),
        expired: listed.expires_at <= now,
        delivery: Delivery::of(listed.mail_state.as_deref(), listed.mail_error.as_deref()),
        broken: listed.broken(),
        menu: vec![
            Action::post("Send again", "send", format!("{base}/resend")),
            Action::dialog("Revoke…", "trash", format!("{base}/revoke")).danger(),
        ],
        group: listed.row.group_name.unwrap_or_default(),
        inviter: listed.row.inviter_name,
    }
}

pub(in crate::invitations) async fn new(may: By<InTeam, InviteToProduct>, asked: Asked) -> Result<Response> {
    let group = may.default_group.map(|group| group.to_string()).unwrap_or_default();
    show_new(&may, asked, Form::new().with("group", group), vec![], vec![]).await
}

async fn show_new(
    may: &Authorized<InviteToProduct>,
    asked: Asked,
    form: Form,
    wrong: Vec<String>,
    results: Vec<Outcome>,
) -> Result<Response> {
    let status = if form.is_valid() && wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let groups = group_choices(&may.read(), may.grants(), may, None).await?;
    let body = Invite {
        action: format!("{}/invitations", may.path()),
        back: format!("{}/manage", may.path()),
        product: may.name.clone(),
        form,
        groups,
        wrong,
        results,
        names_only: names_only(may).await?,
    };
    let frame = frame(may, may, &format!("Invite team members to {}", may.name)).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub(in crate::invitations) async fn create(may: By<InTeam, InviteToProduct>, asked: Asked, posted: Posted) -> Result<Response> {
    let invited = match (parse_group(posted.get("group")), NewInvitations::parse(posted.get("people"))) {
        (Ok(group), Ok(new)) => actions::invite_to_product(&may, &new, group).await.map_err(at_field),
        (Err(Error::Invalid(mut fields)), Err(Error::Invalid(others))) => {
            others.0.into_iter().for_each(|(name, message)| fields.add(name, message));
            Err(fields.into())
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match posted.or_again(invited)? {
        Ok(outcomes) => {
            let (form, wrong) = refused(&outcomes);
            let results = outcomes.into_iter().map(|(entry, outcome)| told(entry, outcome, &may.name)).collect();
            show_new(&may, asked, form.with("group", posted.get("group")), wrong, results).await
        }
        Err(form) => show_new(&may, asked, form, vec![], vec![]).await,
    }
}

fn told(entry: String, outcome: O, product: &str) -> Outcome {
    let (until, said) = match outcome {
        O::Invited(until) => (Some(until.into()), super::told(entry, outcome, product)),
        other => (None, super::told(entry, other, product)),
    };
    let kind = match said.kind {
        super::OutcomeKind::Invited => OutcomeKind::Invited,
        super::OutcomeKind::Nothing => OutcomeKind::Nothing,
        super::OutcomeKind::Refused => OutcomeKind::Refused,
    };
    Outcome { entry: said.entry, kind, text: said.text, until }
}

async fn product_of(db: &Reader, invitation: &Invitation) -> Result<Product> {
    let product = invitation.product.ok_or(Error::NotFound)?;
    products::one(db, product).await?.ok_or(Error::NotFound)
}

pub(in crate::invitations) async fn resend(may: By<InTeam, ManageProductInvitation>, asked: Asked) -> Result<Response> {
    actions::resend(&may).await?;
    let toast = Toast(format!("The invitation of {} was sent again. It is open for another 7 days.", may.invited));
    Ok(done(asked, &format!("{}/manage", may.inside()), Some(toast)))
}

pub(in crate::invitations) async fn confirm_revoke(may: By<InTeam, ManageProductInvitation>, asked: Asked) -> Result<Response> {
    let product = product_of(&may.read(), &may).await?;
    let body = Revoke {
        action: format!("{}/invitations/{}/revoke", product.path(), may.id),
        back: format!("{}/manage", product.path()),
        to: may.invited.clone(),
        team: product.name.clone(),
    };
    Ok(Dialog { asked, frame: frame(&may, &product, "Revoke an invitation").await?, body }.with(StatusCode::OK))
}

pub(in crate::invitations) async fn revoke(may: By<InTeam, ManageProductInvitation>, asked: Asked) -> Result<Response> {
    actions::revoke(&may).await?;
    Ok(done(asked, &format!("{}/manage", may.inside()), Some(Toast(format!("The invitation of {} was revoked.", may.invited)))))
}

pub(in crate::invitations) async fn choose_group(may: By<InTeam, ManageProductInvitation>, asked: Asked) -> Result<Response> {
    let group = may.group.map(|group| group.to_string()).unwrap_or_default();
    show_group(&may, asked, Form::new().with("group", group)).await
}

async fn show_group(may: &Authorized<ManageProductInvitation>, asked: Asked, form: Form) -> Result<Response> {
    let db = may.read();
    let product = product_of(&db, may).await?;
    let before = match may.group {
        Some(group) => Some(group_in(&db, product.id, group).await?),
        None => None,
    };
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let body = ChangeGroup {
        action: format!("{}/invitations/{}/group", product.path(), may.id),
        preview: None,
        back: format!("{}/manage", product.path()),
        name: may.invited.clone(),
        product: product.name.clone(),
        groups: group_choices(&db, may.grants(), &product, before.as_ref()).await?,
        flips: Flips::default(),
        form,
    };
    Ok(Dialog { asked, frame: frame(may, &product, "Change the permission group").await?, body }.with(status))
}

pub(in crate::invitations) async fn change_group(
    may: By<InTeam, ManageProductInvitation>,
    asked: Asked,
    posted: Posted,
) -> Result<Response> {
    let changed = match parse_group(posted.get("group")) {
        Ok(group) => actions::change_group(&may, group).await.map_err(at_field),
        Err(error) => Err(error),
    };
    match posted.or_again(changed)? {
        Ok(()) => {
            let toast = Toast(format!("The invitation of {} offers another group now.", may.invited));
            Ok(done(asked, &format!("{}/manage", may.inside()), Some(toast)))
        }
        Err(form) => show_group(&may, asked, form).await,
    }
}
