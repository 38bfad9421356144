//! Service accounts: what acts for a team without being a person. A pipeline, a Terraform run.
//!
//! A service account is an account that belongs to its team (`people.service_of`): a Guest of it with a permission group in each product that
//! it works on, so that what it may do is decided, explained and logged as for people. It has tokens and nothing else: no password, no address,
//! no sessions. It outlives whoever made it and ends with the team. See `docs/decisions/0012-service-accounts.md`.

mod actions;
mod api;
pub mod pages;
pub mod permits;
mod routes;
mod store;

pub use routes::{json, pages};

use serde::Deserialize;

use crate::{
    audit::event::Who,
    authz::{Address, Asked, Kind, Place, Resource},
    clock::Time,
    db::{Reader, record},
    error::Result,
    ids::{PersonId, TeamId, TokenId},
    people::{self, OwnToken},
    products::is_slug,
    teams::BySlug,
};

record! {
    /// A service account of a team.
    #[derive(Clone, Debug)]
    pub struct ServiceAccount {
        /// The account.
        pub id: PersonId,
        /// Its team.
        pub team: TeamId,
        /// The team's slug.
        pub team_slug: String,
        /// Its name.
        pub name: String,
        /// The name that its creator had then, whether they are still there or not.
        pub created_by: Option<String>,
        /// When it was created.
        pub created_at: Time,
        /// When one of its tokens was last used.
        pub last_seen_at: Option<Time>,
    }
}

impl ServiceAccount {
    /// As events remember it.
    pub fn who(&self) -> Who {
        Who { id: self.id, username: self.name.clone(), name: self.name.clone() }
    }

    /// The address of its page.
    pub fn path(&self) -> String {
        format!("/team/{}/service-accounts/{}", self.team_slug, self.id)
    }
}

/// By the team's and its own id.
#[derive(Clone, Deserialize)]
pub struct AccountKey {
    team: TeamId,
    account: PersonId,
}

impl Resource for ServiceAccount {
    const KIND: Kind = Kind::Team;
    type Key = AccountKey;

    async fn load(db: &Reader, key: &AccountKey) -> Result<Option<Self>> {
        Ok(store::one(db, key.account).await?.filter(|account| account.team == key.team))
    }

    fn key(&self) -> AccountKey {
        AccountKey { team: self.team, account: self.id }
    }

    fn place(&self) -> Place {
        Place::in_team(Kind::Team, self.team)
    }
}

/// `/team/{team}/service-accounts/{account}/…`, the team by its slug.
#[derive(Deserialize)]
pub struct AccountPath {
    team: String,
    account: PersonId,
}

impl Address<ServiceAccount> for BySlug {
    type Path = AccountPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: AccountPath) -> Result<Option<ServiceAccount>> {
        Ok(store::one(db, path.account).await?.filter(|account| is_slug(&path.team, &account.team_slug)))
    }
}

/// A token of a service account.
#[derive(Clone, Debug)]
pub struct ServiceToken {
    /// Whose it is.
    pub account: ServiceAccount,
    /// The token.
    pub token: OwnToken,
}

/// By the ids of all three.
#[derive(Clone, Deserialize)]
pub struct TokenKey {
    team: TeamId,
    account: PersonId,
    token: TokenId,
}

impl Resource for ServiceToken {
    const KIND: Kind = Kind::Team;
    type Key = TokenKey;

    async fn load(db: &Reader, key: &TokenKey) -> Result<Option<Self>> {
        let Some(account) = ServiceAccount::load(db, &AccountKey { team: key.team, account: key.account }).await? else { return Ok(None) };
        let token = people::token(db, key.token).await?.filter(|token| token.person == account.id);
        Ok(token.map(|token| Self { account, token }))
    }

    fn key(&self) -> TokenKey {
        TokenKey { team: self.account.team, account: self.account.id, token: self.token.id }
    }

    fn place(&self) -> Place {
        self.account.place()
    }
}

/// `/team/{team}/service-accounts/{account}/tokens/{token}/…`
#[derive(Deserialize)]
pub struct TokenPath {
    team: String,
    account: PersonId,
    token: TokenId,
}

impl Address<ServiceToken> for BySlug {
    type Path = TokenPath;
    async fn find(db: &Reader, asked: &Asked<'_>, path: TokenPath) -> Result<Option<ServiceToken>> {
        let TokenPath { team, account, token } = path;
        let found = <Self as Address<ServiceAccount>>::find(db, asked, AccountPath { team, account }).await?;
        match found {
            Some(account) => ServiceToken::load(db, &TokenKey { team: account.team, account: account.id, token }).await,
            None => Ok(None),
        }
    }
}
