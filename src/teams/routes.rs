//! The addresses of the feature.

use super::{api, pages as page};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/create", "Form for a new team", page::new)
        .post("/team/create", "Create a team", page::create)
        .get("/team/create/check", "Check a slug while it is typed", page::check)
        .get("/team/{team}", "The team’s first page", page::first)
        .get("/team/{team}/overview", "Who is in the team and what happened lately", page::overview)
        .get("/team/{team}/settings", "The team’s settings", page::settings)
        .post("/team/{team}/settings", "Change the team’s name and slug", page::change)
        .get("/team/{team}/delete", "Confirm the end of the team", page::confirm_delete)
        .post("/team/{team}/delete", "Delete the team", page::delete)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get("/api/v1/teams", "List all teams, or find one by its slug", api::list)
        .post("/api/v1/teams", "Create a team", api::create)
        .post("/api/v1/teams/check-slug", "Check whether a slug is free", api::check_slug)
        .get("/api/v1/teams/slug/{team}", "Find a team by its slug", api::read_by_slug)
        .get("/api/v1/teams/{team}", "Read a team", api::read)
        .put("/api/v1/teams/{team}", "Change a team’s name and slug; administrators also suspend it", api::update)
        .delete("/api/v1/teams/{team}", "Delete a team", api::delete)
        .get("/api/v1/teams/{team}/user", "Read one’s own role in a team", api::own_role)
}
