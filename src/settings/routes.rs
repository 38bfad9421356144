//! The addresses of the feature.

use super::{
    api,
    pages::{instance, mail, people, teams},
    people_api,
};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/admin", "Show the instance at a glance", instance::overview)
        .get("/admin/settings", "Show the instance’s settings", instance::settings)
        .post("/admin/settings", "Change the instance’s settings", instance::change)
        .get("/admin/log", "Show what happened to the instance and its accounts", instance::log)
        .get("/admin/people", "List everybody with an account", people::list)
        .get("/admin/people/new", "Form for an account for somebody", people::new)
        .post("/admin/people/new", "Create an account for somebody", people::create)
        .get("/admin/people/{person}", "Show somebody’s account", people::read)
        .post("/admin/people/{person}/verify", "Confirm somebody’s address", people::verify)
        .post("/admin/people/{person}/suspend", "Shut somebody out", people::suspend)
        .post("/admin/people/{person}/unsuspend", "Let somebody in again", people::resume)
        .post("/admin/people/{person}/expire-password", "Ask somebody for a new password", people::expire_password)
        .post("/admin/people/{person}/keep-password", "Ask somebody for no new password", people::keep_password)
        .post("/admin/people/{person}/promote", "Make somebody an administrator", people::promote)
        .post("/admin/people/{person}/demote", "Take administration from somebody", people::demote)
        .post("/admin/people/{person}/reset-password", "Let somebody set a new password", people::reset_password)
        .post("/admin/people/{person}/end-sessions", "End all sessions of somebody", people::end_sessions)
        .get("/admin/people/{person}/delete", "Confirm the end of somebody’s account", people::confirm_delete)
        .post("/admin/people/{person}/delete", "Delete somebody’s account", people::delete)
        .get("/admin/teams", "List all teams", teams::list)
        .post("/admin/teams/{team}/suspend", "Suspend a team", teams::suspend)
        .post("/admin/teams/{team}/unsuspend", "End the suspension of a team", teams::resume)
        .get("/admin/invitations", "List the open invitations of all teams", teams::invitations)
        .get("/admin/mail", "List the mails of the instance", mail::list)
        .get("/admin/mail/{mail}", "Show a mail and what became of it", mail::read)
        .post("/admin/mail/{mail}/send-again", "Send a mail again", mail::send_again)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get("/api/v1/settings", "Read the instance’s settings, as far as the caller may see them", api::read)
        .put("/api/v1/settings", "Change the instance’s settings, all of those given or none", api::change)
        .get("/api/v1/users", "List everybody with an account", people_api::list)
        .post("/api/v1/users", "Create an account for somebody", people_api::create)
        .get("/api/v1/users/{person}", "Read somebody’s account", people_api::read)
        .put("/api/v1/users/{person}", "Change, verify, suspend or promote somebody", people_api::edit)
        .delete("/api/v1/users/{person}/sessions", "End all sessions of somebody", people_api::end_sessions)
        .delete("/api/v1/users/{person}", "Delete somebody’s account", people_api::delete)
        .get("/api/v1/admin/stats", "Count what the instance holds", api::stats)
        .get("/api/v1/admin/invitations", "List the invitations of all teams", api::invitations)
        .get("/api/v1/admin/mails", "List the mails of the instance", api::mails)
        .post("/api/v1/admin/mails/{mail}/send-again", "Send a mail again", api::send_again)
}
