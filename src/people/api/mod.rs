//! Accounts as JSON.

pub mod credentials;
pub mod entry;
pub mod own;

use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Profile, pages::with_cookie};
use crate::{
    api::Json,
    authz::{Answer, Operation},
};

/// An account.
#[derive(Serialize, ToSchema)]
pub struct ProfileView {
    /// The account.
    pub id: String,
    /// The name by which they sign in.
    pub username: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// An image of their mark.
    pub avatar: String,
    /// Whether they run the instance.
    pub admin: bool,
    /// Whether they are shut out.
    pub suspended: bool,
    /// Whether the address is confirmed.
    pub email_verified: bool,
    /// Whether a new password has to be chosen before anything else can be used.
    pub password_expired: bool,
    /// The team they land on.
    #[serde(rename = "defaultTeam")]
    pub default_team: Option<String>,
    /// When the account was created.
    #[serde(rename = "createdAt")]
    pub created_at: String,
    /// When it was last changed.
    #[serde(rename = "updatedAt")]
    pub updated_at: String,
    /// When they were last seen.
    #[serde(rename = "lastSeenAt")]
    pub last_seen_at: Option<String>,
}

impl ProfileView {
    /// An account; `url` is where the instance is.
    pub fn of(profile: &Profile, url: &str) -> Self {
        Self {
            id: profile.id.to_string(),
            username: profile.username.clone(),
            name: profile.name.clone(),
            email: profile.email.clone(),
            avatar: format!("{url}/avatar/{}", profile.id),
            admin: profile.administrator,
            suspended: profile.suspended,
            email_verified: profile.email_verified,
            password_expired: profile.password_expired,
            default_team: profile.default_team.map(|team| team.to_string()),
            created_at: profile.created_at.iso(),
            updated_at: profile.updated_at.iso(),
            last_seen_at: profile.last_seen_at.map(crate::clock::Time::iso),
        }
    }
}

/// A JSON answer that sets a cookie.
pub struct Remembered<T>(T, String);

impl<T: Serialize> IntoResponse for Remembered<T> {
    fn into_response(self) -> Response {
        with_cookie(Json(self.0).into_response(), &self.1)
    }
}

impl<T: ToSchema> Answer for Remembered<T> {
    fn describe(operation: &mut Operation) {
        Json::<T>::describe(operation);
    }
}
