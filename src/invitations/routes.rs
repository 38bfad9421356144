//! The addresses of the feature.

use super::{api, pages as page, public};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/invitations", "Invitations that wait for an answer", page::index)
        .get("/team/{team}/invitations/new", "Form to invite people", page::new)
        .post("/team/{team}/invitations", "Invite people", page::create)
        .post("/team/{team}/invitations/{invitation}/resend", "Send an invitation again", page::resend)
        .get("/team/{team}/invitations/{invitation}/revoke", "Confirm that an invitation is taken back", page::confirm_revoke)
        .post("/team/{team}/invitations/{invitation}/revoke", "Take an invitation back", page::revoke)
        .post("/account/invitations/{invitation}/accept", "Accept an invitation", page::accept)
        .post("/account/invitations/{invitation}/decline", "Decline an invitation", page::decline)
        .get("/invitation/{token}", "Look at an invitation by its link", public::show)
        .post("/invitation/{token}/accept", "Accept an invitation by its link", public::accept)
        .post("/invitation/{token}/decline", "Decline an invitation by its link", public::decline)
        .get("/invitation/{token}/sign-up", "Form to open an account by an invitation", public::sign_up_form)
        .post("/invitation/{token}/sign-up", "Open an account by an invitation, and accept it", public::sign_up)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get("/api/v1/teams/{team}/invitations", "List the invitations to a team", api::list)
        .post("/api/v1/teams/{team}/invitations", "Invite people by e-mail or user name", api::invite)
        .post("/api/v1/teams/{team}/invitations/{invitation}", "Send an invitation again", api::resend)
        .delete("/api/v1/teams/{team}/invitations/{invitation}", "Take an invitation back", api::revoke)
        .get("/api/v1/user/invitations", "List the invitations to oneself", api::own)
        .patch("/api/v1/user/invitations/{invitation}", "Accept an invitation", api::accept)
        .delete("/api/v1/user/invitations/{invitation}", "Decline an invitation", api::decline)
}
