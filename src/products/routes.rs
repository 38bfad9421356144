//! The addresses of the feature.

use super::{pages as page, stream};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/products", "The products of the team that one is in", page::index)
        .get("/team/{team}/products/new", "Form for a new product", page::new)
        .post("/team/{team}/products", "Create a product", page::create)
        .get("/team/{team}/products/{product}", "The flags of the product’s first config", page::first)
        .post("/team/{team}/products/{product}/move", "Put the product at another place", page::shift)
        .get("/team/{team}/products/{product}/stream", "Hear what changes in the product", stream::stream)
        .get("/team/{team}/products/{product}/settings", "The product’s name and preferences", page::settings)
        .post("/team/{team}/products/{product}/settings", "Change the product’s name and preferences", page::change)
        .get("/team/{team}/products/{product}/delete", "Confirm the end of the product", page::confirm_delete)
        .post("/team/{team}/products/{product}/delete", "Delete the product", page::delete)
}
