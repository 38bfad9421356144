//! The addresses of the feature.

use super::{api, pages as page};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/products/{product}/members/{person}/group", "Choose another permission group for somebody", page::choose_group)
        .post("/team/{team}/products/{product}/members/{person}/group", "Change somebody’s permission group", page::change_group)
        .get("/team/{team}/products/{product}/members/{person}/remove", "Confirm that somebody leaves the product", page::confirm_remove)
        .post("/team/{team}/products/{product}/members/{person}/remove", "Remove somebody from the product, or leave it", page::remove)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get("/api/v1/products/{product}/members", "List the people of a product", api::list)
        .delete("/api/v1/products/{product}/members/me", "Leave a product", api::leave)
        .put("/api/v1/products/{product}/members/{person}", "Change somebody’s permission group", api::change_group)
        .delete("/api/v1/products/{product}/members/{person}", "Remove somebody from a product, or leave it", api::remove)
}
