//! The addresses of the feature.

use super::{api, pages as page};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/service-accounts", "Which service accounts the team has", page::index)
        .get("/team/{team}/service-accounts/new", "Form for a new service account", page::new)
        .post("/team/{team}/service-accounts", "Create a service account", page::create)
        .get("/team/{team}/service-accounts/{account}", "What a service account may do, and its tokens", page::show)
        .get("/team/{team}/service-accounts/{account}/rename", "Form for another name of a service account", page::edit)
        .post("/team/{team}/service-accounts/{account}/rename", "Rename a service account", page::rename)
        .get("/team/{team}/service-accounts/{account}/delete", "Confirm the end of a service account", page::confirm_delete)
        .post("/team/{team}/service-accounts/{account}/delete", "Delete a service account", page::delete)
        .get("/team/{team}/service-accounts/{account}/group", "Choose a permission group for a service account", page::choose_group)
        .post("/team/{team}/service-accounts/{account}/group", "Give a service account a permission group", page::give_group)
        .get("/team/{team}/service-accounts/{account}/tokens", "The tokens of a service account, on its page", page::tokens)
        .get("/team/{team}/service-accounts/{account}/tokens/new", "Form for a new token of a service account", page::new_token)
        .post("/team/{team}/service-accounts/{account}/tokens", "Make a token of a service account", page::create_token)
        .post("/team/{team}/service-accounts/{account}/tokens/{token}/revoke", "Revoke a token of a service account", page::revoke_token)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get("/api/v1/teams/{team}/service-accounts", "List the service accounts of a team", api::list)
        .post("/api/v1/teams/{team}/service-accounts", "Create a service account", api::create)
        .get("/api/v1/teams/{team}/service-accounts/{account}", "Read a service account", api::read)
        .put("/api/v1/teams/{team}/service-accounts/{account}", "Rename a service account", api::rename)
        .delete("/api/v1/teams/{team}/service-accounts/{account}", "Delete a service account", api::delete)
        .put("/api/v1/teams/{team}/service-accounts/{account}/group", "Give a service account a permission group of a product", api::give)
        .get("/api/v1/teams/{team}/service-accounts/{account}/tokens", "List the tokens of a service account", api::tokens)
        .post("/api/v1/teams/{team}/service-accounts/{account}/tokens", "Make a token of a service account", api::create_token)
        .delete("/api/v1/teams/{team}/service-accounts/{account}/tokens/{token}", "Revoke a token of a service account", api::revoke_token)
}
