//! The addresses of the feature.

use super::{api, pages as page, product};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/audit-log", "Show what happened in the team", page::index)
        .get("/team/{team}/audit-log/export", "Download the team’s log as CSV", page::export)
        .get("/team/{team}/products/{product}/audit-log", "Show what happened in a product", product::index)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get("/api/v1/teams/{team}/audit-log", "List what happened in the team", api::of_team)
        .get("/api/v1/teams/{team}/audit-log/export", "Download the team’s log as CSV", api::export_team)
        .get("/api/v1/products/{product}/audit-log", "List what happened in a product", product::list)
        .get("/api/v1/user/audit-log", "List what happened to one’s own account", api::own)
        .get("/api/v1/admin/audit-log", "List what happened to the instance and its accounts", api::of_platform)
        .get("/api/v1/admin/audit-log/export", "Download the instance’s log as CSV", api::export_platform)
}
