//! The first account of a fresh instance. It is opened only by who can read what the server printed when it started.

use crate::{
    audit::{Event, Unaudited, Way},
    authn::secret::Secret,
    authz::{Anyone, App, Mint, NoNames},
    error::{Error, Result},
    people::{
        NewPerson, Profile,
        permits::{KeepAccounts, OpenAccount},
        store::{self, links},
    },
};

use super::{Opening, open_in};

/// Makes the set-up link, if nobody has an account yet. The one before ends.
pub async fn setup_link(app: &App) -> Result<Option<String>> {
    let mint = Mint::new(app, Way::System);
    if store::anybody(&mint.read()).await? {
        return Ok(None);
    }
    let secret = Secret::new("");
    let may = mint.authorize::<KeepAccounts>(&NoNames {}).await?;
    may.change(async |tx| Ok((links::keep_set_up(&tx, secret.reveal()).await?, Event::Unaudited(Unaudited::LinkMade)))).await?;
    Ok(Some(app.config.url(&format!("/setup/{}", secret.reveal()))))
}

/// Whether this is the secret of the set-up link, and nobody has an account yet.
pub async fn opens_set_up(anyone: &Anyone, token: &str) -> Result<bool> {
    let db = anyone.read();
    Ok(!store::anybody(&db).await? && links::opens_set_up(&db, token).await?)
}

/// Opens the first account, whose person runs the instance. The link ends with it.
///
/// # Errors
/// `NotFound` if it is not the link's secret or somebody has an account, one who came at the same moment included.
pub async fn set_up(anyone: &Anyone, token: &str, new: NewPerson) -> Result<Profile> {
    let new = new.ready(&anyone.app().hasher).await?;
    let way = Way::Session { agent: anyone.client.agent.clone() };
    let may = anyone.authorize_as::<OpenAccount>(&new.who(), way, &NoNames {}).await?;
    may.change(async |tx| {
        if store::anybody(&tx).await? || !links::opens_set_up(&tx, token).await? {
            return Err(Error::NotFound);
        }
        links::forget_set_up(&tx).await?;
        let opening = Opening { verified: true, administrator: true, how: "at the set-up" };
        let now = tx.now();
        open_in(&tx.grants(), &new, opening, false, now).await
    })
    .await
}
