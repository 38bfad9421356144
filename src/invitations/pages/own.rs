//! One's own teams, and the invitations to more.

use askama::Template;

use crate::{
    authz::{By, Role},
    error::Result,
    invitations::{Listed, listed},
    people::{self, Own, pages::confirmed, permits::ReadAccount},
    teams::{self, account_frame},
    ui::{Action, Frame, Html, Moment, Section, Signal},
};

/// Own teams, and invitations to more.
#[derive(Template)]
#[template(path = "invitations/templates/own.html")]
pub struct Teams {
    /// Around it.
    pub frame: Frame,
    /// By name.
    pub teams: Vec<OwnTeam>,
    /// Those that wait for an answer.
    pub invitations: Vec<OwnInvitation>,
}

/// A team of the reader.
pub struct OwnTeam {
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// Its mark.
    pub signal: Signal,
    /// "Owner", "Member" or "Guest".
    pub role: String,
    /// The products that a Guest is in; nothing else of the team is theirs to see.
    pub products: Vec<OwnProduct>,
    /// How many people have a role in it; none for a Guest.
    pub members: Option<u64>,
    /// Whether it opens first.
    pub default: bool,
    /// Leave it.
    pub menu: Vec<Action>,
}

/// A product that the reader is in.
pub struct OwnProduct {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// The reader's permission group.
    pub group: String,
}

/// An invitation to the reader.
pub struct OwnInvitation {
    /// Id of the invitation.
    pub id: String,
    /// What it is to: the product, or the team.
    pub to: String,
    /// The team, where it is to a product of it.
    pub within: Option<String>,
    /// Mark of the team.
    pub signal: Signal,
    /// What it gives: the role, or the permission group.
    pub role: String,
    /// Who invited.
    pub inviter: String,
    /// When it ends.
    pub expires: Moment,
    /// Why it does not work any more.
    pub broken: Option<String>,
}

pub async fn teams(may: By<Own, ReadAccount>) -> Result<Html<Teams>> {
    confirmed(&may)?;
    let db = may.read();
    let places = people::places(&db, may.id).await?;
    let team = |team: teams::Mine| {
        let guest = team.role == Role::Guest;
        let theirs = || places.iter().filter(|place| guest && place.team == team.id);
        let path = |place: &people::Placed| format!("/team/{}/products/{}", team.slug, place.product);
        let leave = |label: String, href: String| Action::dialog(label, "logout", href).danger();
        // A Guest is in the team through its products, and leaves it with the last of them.
        let menu = match guest {
            true => theirs()
                .map(|place| leave(format!("Leave {}…", place.product_name), format!("{}/members/{}/remove", path(place), may.id)))
                .collect(),
            false => vec![leave("Leave…".into(), format!("/team/{}/members/{}/remove", team.slug, may.id))],
        };
        let product =
            |place: &people::Placed| OwnProduct { name: place.product_name.clone(), href: path(place), group: place.group_name.clone() };
        OwnTeam {
            signal: Signal::of(&team.id.to_string()),
            products: theirs().map(product).collect(),
            members: (!guest).then_some(team.members.unsigned_abs()),
            default: Some(team.id) == may.default_team,
            menu,
            role: team.role.name().into(),
            name: team.name,
            slug: team.slug,
        }
    };
    let waiting = match may.email_verified || !may.app().config.has_mail() {
        true => listed::of_person(&db, may.id, &may.email, may.now()).await?,
        false => vec![],
    };
    let invitation = |open: Listed| OwnInvitation {
        signal: Signal::of(&open.team.to_string()),
        broken: open.broken(),
        id: open.id.to_string(),
        expires: open.expires_at.into(),
        role: open.group_name.clone().unwrap_or_else(|| open.role.name().into()),
        within: open.product.map(|_| open.team_name.clone()),
        to: open.row.product_name.unwrap_or(open.row.team_name),
        inviter: open.row.inviter_name,
    };
    Ok(Html(Teams {
        frame: account_frame(&may, "Teams and invitations", Some(Section::Teams)).await?,
        teams: teams::of_person(&db, may.id).await?.into_iter().map(team).collect(),
        invitations: waiting.into_iter().map(invitation).collect(),
    }))
}
