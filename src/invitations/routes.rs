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
        .get("/team/{team}/products/{product}/manage", "The people of a product, and who is invited to it", page::product::manage)
        .get("/team/{team}/products/{product}/invitations/new", "Form to invite people to a product", page::product::new)
        .post("/team/{team}/products/{product}/invitations", "Invite people to a product", page::product::create)
        .post(
            "/team/{team}/products/{product}/invitations/{invitation}/resend",
            "Send an invitation to a product again",
            page::product::resend,
        )
        .get(
            "/team/{team}/products/{product}/invitations/{invitation}/revoke",
            "Confirm that an invitation to a product is taken back",
            page::product::confirm_revoke,
        )
        .post(
            "/team/{team}/products/{product}/invitations/{invitation}/revoke",
            "Take an invitation to a product back",
            page::product::revoke,
        )
        .get(
            "/team/{team}/products/{product}/invitations/{invitation}/group",
            "Choose another permission group for an invitation",
            page::product::choose_group,
        )
        .post(
            "/team/{team}/products/{product}/invitations/{invitation}/group",
            "Change the permission group of an invitation",
            page::product::change_group,
        )
        .get("/account/teams", "Show the own teams and invitations", page::own::teams)
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
        .get("/api/v1/products/{product}/invitations", "List the invitations to a product", api::of_product)
        .post("/api/v1/products/{product}/invitations", "Invite people to a product by e-mail or user name", api::invite_to_product)
        .put("/api/v1/products/{product}/invitations/{invitation}", "Change the permission group of an invitation", api::change_group)
        .post("/api/v1/products/{product}/invitations/{invitation}/resend", "Send an invitation to a product again", api::resend_to_product)
        .delete("/api/v1/products/{product}/invitations/{invitation}", "Take an invitation to a product back", api::revoke_to_product)
        .get("/api/v1/user/invitations", "List the invitations to oneself", api::own)
        .patch("/api/v1/user/invitations/{invitation}", "Accept an invitation", api::accept)
        .delete("/api/v1/user/invitations/{invitation}", "Decline an invitation", api::decline)
}
