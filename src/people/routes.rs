//! The addresses of the feature.

use super::{
    api,
    pages::{credentials, links, own, way_in},
};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/", "Go to the default team, the sign-in or the set-up", way_in::home)
        .get("/setup/{token}", "Open the set-up link", way_in::open_set_up)
        .get("/setup", "Show the form for the first administrator", way_in::set_up_form)
        .post("/setup", "Create the first administrator", way_in::set_up)
        .get("/sign-in", "Show the form for signing in", way_in::sign_in_form)
        .post("/sign-in", "Sign in", way_in::sign_in)
        .post("/sign-out", "Sign out", way_in::sign_out)
        .get("/sign-up", "Show the form for a new account", way_in::sign_up_form)
        .post("/sign-up", "Open an account", way_in::sign_up)
        .get("/verify", "Show that the own address is to be confirmed", links::unverified)
        .get("/verify/{token}", "Ask whether the address is the reader’s", links::show_verify)
        .post("/verify/{token}", "Confirm the address", links::verify)
        .get("/forgot-password", "Show the form for a link to set a new password", links::forgot_form)
        .post("/forgot-password", "Send a link to set a new password", links::forgot)
        .get("/reset-password/{token}", "Show the form for a new password", links::reset_form)
        .post("/reset-password/{token}", "Set a new password", links::reset)
        .get("/account", "Show the own profile", own::profile)
        .post("/account", "Change the own name and user name", own::change)
        .post("/account/default-team", "Choose the own default team", own::default_team)
        .post("/account/theme", "Choose light or dark", way_in::theme)
        .post("/account/verify-again", "Send the link to confirm the own address again", links::verify_again)
        .post("/account/email", "Ask for another address", own::change_email)
        .get("/account/confirm-email/{token}", "Ask whether the new address is the reader’s", links::show_confirm_email)
        .post("/account/confirm-email/{token}", "Take the new address", links::confirm_email)
        .get("/account/security", "Show the own sessions", credentials::security)
        .post("/account/password", "Change the own password", credentials::change_password)
        .post("/account/sessions/{session}/end", "End one of the own sessions", credentials::end_session)
        .post("/account/sessions/end-others", "End all other sessions", credentials::end_others)
        .get("/account/tokens", "Show the own tokens", credentials::list_tokens)
        .get("/account/tokens/new", "Show the form for a new token", credentials::new_token)
        .post("/account/tokens", "Make a token", credentials::create_token)
        .post("/account/tokens/{token}/revoke", "Revoke one of the own tokens", credentials::revoke_token)
        .get("/account/log", "Show what happened to the own account", own::log)
        .get("/account/delete", "Confirm the end of the own account", own::confirm_delete)
        .post("/account/delete", "Delete the own account", own::delete)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .post("/account/login", "Sign in: sets the session cookie", api::entry::login)
        .post("/account/logout", "Sign out", api::entry::logout)
        .post("/account/register", "Open an account", api::entry::register)
        .post("/account/verify", "Send the link to confirm the own address again", api::entry::verify_again)
        .post("/account/verify/{token}", "Confirm the address", api::entry::verify)
        .post("/account/forgot_password", "Send a link to set a new password", api::entry::forgot_password)
        .post("/account/reset_password/{token}", "Set a new password", api::entry::reset_password)
        .get("/api/v1/user", "Read the own profile", api::own::read)
        .put("/api/v1/user", "Change the own profile", api::own::update)
        .delete("/api/v1/user", "Delete the own account", api::own::delete)
        .put("/api/v1/user/change_password", "Change the own password", api::own::change_password)
        .get("/api/v1/user/teams", "List the own teams", api::own::teams)
        .get("/api/v1/user/tokens", "List the own tokens", api::credentials::tokens)
        .post("/api/v1/user/tokens", "Make a token", api::credentials::create_token)
        .post("/api/v1/user/api-credentials", "Make a token that is shown as a user name and a password", api::credentials::create_pair)
        .delete("/api/v1/user/tokens/{token}", "Revoke one of the own tokens", api::credentials::revoke_token)
        .get("/api/v1/user/sessions", "List the own sessions", api::credentials::sessions)
        .delete("/api/v1/user/sessions/{session}", "End one of the own sessions", api::credentials::end_session)
}
