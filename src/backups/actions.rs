//! Ends what a restored backup would revive.

use super::{
    permits::RestoreInstance,
    store::{self, Account, SdkKey, Token},
};
use crate::{
    audit::{
        Event,
        event::{Restored, Who},
    },
    authz::Authorized,
    clock::Time,
    error::{Error, Result},
    mail, people,
};

/// What was in the backup, and what became of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// How much was ended, as the log keeps it.
    pub restored: Restored,
    /// The personal tokens.
    pub tokens: Vec<Token>,
    /// The service accounts.
    pub service_accounts: Vec<Account>,
    /// The SDK keys.
    pub sdk_keys: Vec<SdkKey>,
}

/// Ends all sessions, links and waiting mails, and, unless they are kept, personal tokens and service accounts. Whatever of these was revoked after
/// the backup was made is in it as if it had not been, and nothing in it tells.
///
/// SDK keys stay: applications whose key is refused would go without flags.
pub async fn revoke(may: &Authorized<RestoreInstance>, made_at: Option<Time>, keep_credentials: bool) -> Result<Report> {
    may.change(async |tx| {
        let (tokens, service_accounts, sdk_keys) =
            (store::tokens(&tx).await?, store::service_accounts(&tx).await?, store::sdk_keys(&tx).await?);
        let restored = Restored {
            made_at,
            sessions: store::end_sessions(&tx).await?,
            links: store::end_links(&tx).await?,
            mails: mail::give_up_waiting(&tx, "Not sent: a backup of the instance was restored.").await?,
            kept_credentials: keep_credentials,
            tokens: tokens.len() as u64,
            service_accounts: service_accounts.len() as u64,
            sdk_keys: sdk_keys.len() as u64,
        };
        let mut events = vec![Event::InstanceRestored { restored: restored.clone() }];
        if !keep_credentials {
            store::delete_tokens(&tx).await?;
            events.extend(tokens.iter().map(|token| {
                let who = Who { id: token.person, username: token.username.clone(), name: token.person_name.clone() };
                Event::TokenRevoked { who, token: token.id, name: token.name.clone() }
            }));
            for account in &service_accounts {
                let profile = people::profile(&tx, account.id).await?.ok_or(Error::NotFound)?;
                events.extend(people::erase(&tx.grants(), &profile, None).await?);
            }
        }
        Ok((Report { restored, tokens, service_accounts, sdk_keys }, events))
    })
    .await
}
