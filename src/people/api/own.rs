//! One's own account.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::ProfileView;
use crate::{
    api::{Body, Json, Meta, Okay},
    authz::{Authorized, By, Role},
    error::{Error, Result},
    ids::TeamId,
    people::{
        Changes, Own, PersonKey, Profile, actions,
        pages::confirmed,
        permits::{DeleteAccount, EditAccount, ManageCredentials, ReadAccount},
        store::ties,
    },
    teams::{
        self,
        api::{Links, TYPE, TeamType},
    },
    text::EmailAddress,
};

/// What is to be changed; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateBody {
    /// Another name.
    name: Option<String>,
    /// Another user name.
    username: Option<String>,
    /// Another address: it changes when the mail that is sent there is answered. Needs a session and `password`.
    email: Option<String>,
    /// The password as it is, for another address.
    password: Option<String>,
    /// A team one is in.
    #[serde(rename = "defaultTeam", default, deserialize_with = "text")]
    default_team: Option<String>,
}

/// A text if it is there: nothing is no team.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    String::deserialize(from).map(Some)
}

/// The end of one's own account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteBody {
    /// One's own user name, to be sure.
    username: String,
    /// The password.
    password: String,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    /// The password as it is.
    old_password: String,
    /// The new one.
    password: String,
    /// Whether all personal tokens are revoked as well.
    #[serde(default)]
    revoke_tokens: bool,
}

/// A team of one's own.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnTeamView {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: TeamType,
    slug: String,
    /// An image of its mark.
    avatar: String,
    /// 50 Owner, 30 Member, 5 Guest.
    role: i64,
    /// How many projects it has; not told to a Guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    project_count: Option<i64>,
    /// How many Owners and Members it has; not told to a Guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    member_count: Option<i64>,
    /// The products that a Guest is in; nothing else of the team is theirs to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    products: Option<Vec<OwnProductView>>,
    links: Links,
}

/// A product that one is in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnProductView {
    id: String,
    name: String,
    /// One's permission group there.
    permission_group_id: i64,
    permission_group_name: String,
}

/// One's own teams.
#[derive(Serialize, ToSchema)]
pub struct OwnTeams {
    meta: Meta,
    count: usize,
    teams: Vec<OwnTeamView>,
}

fn view(profile: &Profile, url: &str) -> Json<ProfileView> {
    Json(ProfileView::of(profile, url))
}

pub(in crate::people) async fn read(may: By<Own, ReadAccount>) -> Result<Json<ProfileView>> {
    Ok(view(&may, &may.app().config.public_url))
}

pub(in crate::people) async fn update(may: By<Own, EditAccount>, Body(body): Body<UpdateBody>) -> Result<Json<ProfileView>> {
    let parsed = Changes::parse(body.name.as_deref(), body.username.as_deref(), body.default_team.as_deref());
    let email = body
        .email
        .as_deref()
        .filter(|email| email.trim() != may.email)
        .map(|email| EmailAddress::parse(email).map_err(|why| Error::field("email", why)));
    let (changes, email) = match (parsed, email.transpose()) {
        (Ok(changes), Ok(email)) => (changes, email),
        (Err(Error::Invalid(mut fields)), Err(Error::Invalid(others))) => {
            others.0.into_iter().for_each(|(name, message)| fields.add(name, message));
            return Err(fields.into());
        }
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    // The address first: it is what may be refused.
    if let Some(email) = email {
        let credentials: Authorized<ManageCredentials> = may.on(&PersonKey::of(may.id)).await?;
        let password = body.password.as_deref().ok_or_else(|| Error::field("password", "Your password is needed for another address."))?;
        actions::change_email(&credentials, &email, password).await?;
    }
    let after = actions::change(&may, &changes).await?;
    Ok(view(&after, &may.app().config.public_url))
}

pub(in crate::people) async fn delete(may: By<Own, DeleteAccount>, Body(body): Body<DeleteBody>) -> Result<Json<Okay>> {
    let deleted = actions::delete(&may, &body.username, &body.password).await;
    deleted.map_err(|error| match error {
        // Here the field is called by what it holds.
        Error::Invalid(mut fields) => {
            if let Some(message) = fields.0.remove("confirm") {
                fields.add("username", message);
            }
            fields.into()
        }
        other => other,
    })?;
    Ok(Okay::answer())
}

pub(in crate::people) async fn change_password(may: By<Own, ManageCredentials>, Body(body): Body<PasswordBody>) -> Result<Json<Okay>> {
    actions::change_password(&may, &body.old_password, &body.password, body.revoke_tokens).await?;
    Ok(Okay::answer())
}

pub(in crate::people) async fn teams(may: By<Own, ReadAccount>) -> Result<Json<OwnTeams>> {
    confirmed(&may)?;
    let url = &may.app().config.public_url;
    let found = teams::of_person(&may.read(), may.id).await?;
    let places = ties::places(&may.read(), may.id).await?;
    let products = |team: TeamId| {
        let theirs = places.iter().filter(|place| place.team == team);
        let view = |place: &ties::Placed| OwnProductView {
            id: place.product.to_string(),
            name: place.product_name.clone(),
            permission_group_id: place.group.0,
            permission_group_name: place.group_name.clone(),
        };
        theirs.map(view).collect()
    };
    let teams: Vec<OwnTeamView> = found
        .into_iter()
        .map(|team| {
            let inside = team.role > Role::Guest;
            OwnTeamView {
                avatar: format!("{url}/avatar/{}", team.id),
                products: (!inside).then(|| products(team.id)),
                links: teams::api::links(team.id, url),
                id: team.id.to_string(),
                name: team.name,
                kind: TYPE,
                slug: team.slug,
                role: team.role.into(),
                project_count: inside.then_some(0),
                member_count: inside.then_some(team.members),
            }
        })
        .collect();
    Ok(Json(OwnTeams { meta: Meta::default(), count: teams.len(), teams }))
}
