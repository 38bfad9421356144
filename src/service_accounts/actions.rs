//! The verbs about service accounts.

use super::{
    ServiceAccount,
    permits::{CreateServiceAccount, MakeServiceToken, ManageServiceAccount, RevokeServiceToken},
    store,
};
use crate::{
    audit::{Event, Unaudited, event::Who},
    authz::{Authorized, GrantWriter},
    db::Reader,
    error::{Error, Result},
    ids::{GroupId, PersonId, TeamId},
    people::{self, FreshToken, NewToken},
    permission_groups, product_members,
    text::Name,
};

/// The most service accounts of one team.
const MOST: usize = 200;

/// Reads a name.
pub fn parse(name: &str) -> Result<Name> {
    Name::parse(name).map_err(|why| Error::field("name", why))
}

/// Refuses a name that another service account of the team has.
async fn is_free(db: &Reader, team: TeamId, name: &Name, except: Option<PersonId>) -> Result<()> {
    let all = store::list(db, team).await?;
    let others = all.iter().filter(|other| Some(other.id) != except).map(|other| other.name.as_str());
    name.unlike("a service account", others).map_err(|why| Error::field("name", why))
}

/// Creates a service account. It may do nothing until it has a permission group, and nothing can use it until it has a token.
///
/// # Errors
/// `too_many_service_accounts` if the team has enough.
pub async fn create(may: &Authorized<CreateServiceAccount>, name: &Name) -> Result<ServiceAccount> {
    let (id, by) = (PersonId::new(), may.actor()?.name.clone());
    may.change(async |tx| {
        let team = tx.on().id;
        is_free(&tx, team, name, None).await?;
        if store::list(&tx, team).await?.len() >= MOST {
            let message = format!("A team has {MOST} service accounts at most. Please delete one that is not used any more.");
            return Err(Error::conflict("too_many_service_accounts", message));
        }
        store::insert(&tx.grants(), id, team, name, &by, tx.now()).await?;
        let made = store::one(&tx, id).await?.ok_or(Error::NotFound)?;
        let event = Event::ServiceAccountCreated { team, who: made.who() };
        Ok((made, event))
    })
    .await
}

/// Gives a service account another name.
pub async fn rename(may: &Authorized<ManageServiceAccount>, name: &Name) -> Result<()> {
    may.change(async |tx| {
        let account = tx.on();
        if account.name == name.to_string() {
            return Ok(((), Event::Unaudited(Unaudited::Nothing)));
        }
        is_free(&tx, account.team, name, Some(account.id)).await?;
        store::rename(&tx.grants(), account.id, name, tx.now()).await?;
        let (before, name) = (account.name.clone(), name.to_string());
        Ok(((), Event::ServiceAccountRenamed { team: account.team, who: Who { username: name.clone(), name, ..account.who() }, before }))
    })
    .await
}

/// Ends a service account with its tokens, its groups, and the invitations that it sent.
pub async fn delete(may: &Authorized<ManageServiceAccount>) -> Result<()> {
    may.change(async |tx| {
        let profile = people::profile(&tx, tx.on().id).await?.ok_or(Error::NotFound)?;
        let writer: GrantWriter<'_> = tx.grants();
        Ok(((), people::erase(&writer, &profile, None).await?))
    })
    .await
}

/// Gives a service account a permission group: its first in the product, or another one. It has one in each product at most.
///
/// # Errors
/// At the field, if there is no such group in the team.
pub async fn give(may: &Authorized<ManageServiceAccount>, group: GroupId) -> Result<()> {
    let by = may.actor()?.name.clone();
    may.change(async |tx| {
        let account = tx.on();
        let found = permission_groups::one(&tx, group).await?.filter(|found| found.team == account.team);
        let found = found.ok_or_else(|| Error::field("permissionGroupId", "There is no such permission group in this team."))?;
        Ok(((), product_members::give(&tx, &account.who(), &found, &by).await?))
    })
    .await
}

/// Makes a token of a service account.
///
/// # Errors
/// `too_many_tokens` if it has enough.
pub async fn make_token(may: &Authorized<MakeServiceToken>, new: &NewToken) -> Result<FreshToken> {
    let secret = people::token_secret();
    let token = may.change(async |tx| {
        let account = tx.on();
        let token = people::make_token(&tx, account.id, new, &secret, tx.now()).await?;
        let (team, who, name) = (account.team, account.who(), token.name.clone());
        let event = Event::ServiceTokenCreated { team, who, token: token.id, name, read_only: token.read_only };
        Ok((token, event))
    });
    Ok(FreshToken { token: token.await?, secret })
}

/// Revokes a token of a service account.
pub async fn revoke_token(may: &Authorized<RevokeServiceToken>) -> Result<()> {
    may.change(async |tx| {
        let on = tx.on();
        people::delete_token(&tx, on.token.id).await?;
        let (team, who, token, name) = (on.account.team, on.account.who(), on.token.id, on.token.name.clone());
        Ok(((), Event::ServiceTokenRevoked { team, who, token, name }))
    })
    .await
}
