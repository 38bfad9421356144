//! The verbs about invitations.

mod answer;
mod keep;
mod send;

pub use answer::{Accepted, accept, accept_by_link, decline, decline_by_link, ended, may_still_give};
pub use keep::{Manages, change_group, clear_expired, make_link, remind, resend, revoke};
pub use send::{Entry, NewInvitations, Offer, Outcome, invite, invite_all_to_product, invite_to_product, offer};

use super::{mail, store};
use crate::{
    authz::{Permit, Tx},
    error::{Error, Result},
    ids::InvitationId,
};

/// Posts the mail of an invitation; without mail it stands in the account only.
async fn post<P: Permit>(tx: &Tx<P>, invitation: InvitationId, to: &str, what: &str) -> Result<()> {
    if !tx.has_mail() {
        return Ok(());
    }
    let posted = crate::mail::post(tx, mail::Invited { invitation }, to, &format!("Join {what} on Burgee"), tx.now()).await?;
    store::set_mail(tx, invitation, posted).await
}

/// An invitation is used once: whoever comes second finds it gone.
async fn spend<P: Permit>(tx: &Tx<P>, invitation: InvitationId) -> Result<()> {
    if store::delete(tx, invitation).await? { Ok(()) } else { Err(Error::NotFound) }
}
