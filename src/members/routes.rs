//! The addresses of the feature.

use super::{api, pages as page};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/members", "Who is in the team", page::index)
        .get("/team/{team}/members/{person}/role", "Choose another role for somebody", page::choose_role)
        .post("/team/{team}/members/{person}/role", "Change somebody’s role", page::change_role)
        .get("/team/{team}/members/{person}/remove", "Confirm that somebody leaves", page::confirm_remove)
        .post("/team/{team}/members/{person}/remove", "Remove somebody, or leave", page::remove)
        .get("/team/{team}/roles", "What each role may do, and why somebody may", page::roles)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get("/api/v1/teams/{team}/members", "List the members of a team", api::list)
        .put("/api/v1/teams/{team}/members/{person}", "Change somebody’s role", api::change_role)
        .delete("/api/v1/teams/{team}/members/{person}", "Remove somebody from the team, or leave it", api::remove)
        .get("/api/v1/teams/{team}/members/{person}/why", "Ask why somebody may or may not do something", api::why)
}
