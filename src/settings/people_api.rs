//! People as JSON, for those who run the instance.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::{self, PersonRow, Stretch};
use crate::{
    api::{Body, Json, Meta, Okay, Page, Query},
    authz::Authorized,
    error::Result,
    people::{
        NewPerson, Profile,
        administer::{self, AtFirst, Edits},
        permits::{CreatePerson, DeletePerson, EditPerson, ListPeople, ReadPerson},
    },
};

/// Somebody with an account, as administrators see them.
#[derive(Serialize, ToSchema)]
pub struct UserView {
    id: String,
    username: String,
    name: String,
    email: String,
    email_verified: bool,
    /// Whether they have to choose a new password before they do anything else.
    password_expired: bool,
    /// An image of their mark.
    avatar: String,
    admin: bool,
    suspended: bool,
    #[serde(rename = "defaultTeam")]
    default_team: Option<String>,
    #[serde(rename = "createdAt")]
    created_at: String,
    #[serde(rename = "updatedAt")]
    updated_at: String,
    #[serde(rename = "lastSeenAt")]
    last_seen_at: Option<String>,
}

impl UserView {
    fn of(person: &Profile, url: &str) -> Self {
        Self {
            id: person.id.to_string(),
            username: person.username.clone(),
            name: person.name.clone(),
            email: person.email.clone(),
            email_verified: person.email_verified,
            password_expired: person.password_expired,
            avatar: format!("{url}/avatar/{}", person.id),
            admin: person.administrator,
            suspended: person.suspended,
            default_team: person.default_team.map(|team| team.to_string()),
            created_at: person.created_at.iso(),
            updated_at: person.updated_at.iso(),
            last_seen_at: person.last_seen_at.map(|at| at.iso()),
        }
    }
}

impl From<PersonRow> for Profile {
    fn from(row: PersonRow) -> Self {
        let PersonRow {
            id,
            username,
            name,
            email,
            email_verified,
            password_expired,
            administrator,
            suspended,
            default_team,
            created_at,
            updated_at,
            last_seen_at,
            ..
        } = row;
        Self {
            id,
            username,
            name,
            email,
            email_verified,
            password_expired,
            administrator,
            suspended,
            service_of: None,
            default_team,
            created_at,
            updated_at,
            last_seen_at,
        }
    }
}

/// Everybody with an account.
#[derive(Serialize, ToSchema)]
pub struct Users {
    meta: Meta,
    count: u64,
    users: Vec<UserView>,
}

pub(super) async fn list(may: Authorized<ListPeople>, Query(page): Query<Page>) -> Result<Json<Users>> {
    let search = page.query.as_deref().unwrap_or_default();
    let found = store::people(&may.read(), search, Stretch::After(page.after()?), page.limit()).await?;
    let meta = Meta::after(&found, page.limit(), |row| row.id.to_string());
    let url = &may.app().config.public_url;
    let users = found.into_iter().map(|row| UserView::of(&row.into(), url)).collect();
    Ok(Json(Users { meta, count: store::count_people(&may.read(), search).await?, users }))
}

pub(super) async fn read(may: Authorized<ReadPerson>) -> Result<Json<UserView>> {
    Ok(Json(UserView::of(&may, &may.app().config.public_url)))
}

/// What is to be changed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditBody {
    /// Another user name.
    username: Option<String>,
    /// Another name.
    name: Option<String>,
    /// Another address.
    email: Option<String>,
    /// Whether the address counts as confirmed.
    email_verified: Option<bool>,
    /// Whether they run the instance.
    admin: Option<bool>,
    /// Whether they are shut out.
    suspended: Option<bool>,
    /// Whether they have to choose a new password before they do anything else.
    password_expired: Option<bool>,
}

pub(super) async fn edit(may: Authorized<EditPerson>, Body(body): Body<EditBody>) -> Result<Json<UserView>> {
    let names = Edits::parse(body.username.as_deref(), body.name.as_deref(), body.email.as_deref())?;
    let edits = Edits {
        verified: body.email_verified,
        administrator: body.admin,
        suspended: body.suspended,
        password_expired: body.password_expired,
        ..names
    };
    let person = administer::edit(&may, &edits).await?;
    Ok(Json(UserView::of(&person, &may.app().config.public_url)))
}

/// An account for somebody. The address counts as confirmed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePersonBody {
    /// The name by which they sign in.
    username: String,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// Their first password.
    password: String,
    /// Whether they run the instance.
    #[serde(rename = "isAdmin", default)]
    is_admin: bool,
    /// Whether they have to choose another password at the first sign-in.
    #[serde(default)]
    password_expired: bool,
}

pub(super) async fn create(may: Authorized<CreatePerson>, Body(body): Body<CreatePersonBody>) -> Result<Json<UserView>> {
    let new = NewPerson::parse(&body.username, &body.name, &body.email, &body.password)?;
    let person = administer::create(&may, new, AtFirst { administrator: body.is_admin, password_expired: body.password_expired }).await?;
    Ok(Json(UserView::of(&person, &may.app().config.public_url)))
}

pub(super) async fn end_sessions(may: Authorized<EditPerson>) -> Result<Json<Okay>> {
    administer::end_sessions(&may).await?;
    Ok(Okay::answer())
}

pub(super) async fn delete(may: Authorized<DeletePerson>) -> Result<Json<Okay>> {
    administer::delete(&may).await?;
    Ok(Okay::answer())
}
