//! The addresses of the feature.

use super::{api, pages as page};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get(
            "/team/{team}/products/{product}/groups",
            "The permission groups of a product, and who may touch what matters most",
            page::index,
        )
        .get("/team/{team}/products/{product}/groups/new", "Form for a new permission group", page::new)
        .post("/team/{team}/products/{product}/groups", "Create a permission group", page::create)
        .get("/team/{team}/products/{product}/groups/{group}", "A permission group: what it gives, and who is in it", page::show)
        .post("/team/{team}/products/{product}/groups/{group}", "Change a permission group", page::change)
        .post("/team/{team}/products/{product}/groups/{group}/preview", "See what a change of a permission group would do", page::preview)
        .post("/team/{team}/products/{product}/groups/{group}/default", "Choose the group that invitations start with", page::make_default)
        .get("/team/{team}/products/{product}/groups/{group}/delete", "Confirm the end of a permission group", page::confirm_delete)
        .post("/team/{team}/products/{product}/groups/{group}/delete", "Delete a permission group", page::delete)
        .get("/team/{team}/products/{product}/why", "Ask why somebody may or may not do something in a product", page::why)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get("/api/v1/products/{product}/default-group", "Read the group that invitations start with", api::default_group)
        .put("/api/v1/products/{product}/default-group", "Choose the group that invitations start with", api::set_default_group)
        .post(
            "/api/v1/products/{product}/permission-groups/{group}/preview",
            "See what a change of a permission group would do, person by person",
            api::preview_group,
        )
        .post(
            "/api/v1/products/{product}/permission-groups/{group}/delete/preview",
            "See what deleting a permission group would do to those who move to another one, person by person",
            api::preview_delete,
        )
        .post("/api/v1/products/{product}/members/{person}/preview", "See what another group would do to somebody", api::preview_member)
        .get("/api/v1/products/{product}/why", "Ask why somebody may or may not do something in a product", api::ask_why)
}
