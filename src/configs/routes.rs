//! The addresses of the feature.

use super::pages as page;
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/products/{product}/configs", "The configs of the product", page::index)
        .get("/team/{team}/products/{product}/configs/new", "Form for a new config", page::new)
        .post("/team/{team}/products/{product}/configs", "Create a config", page::create)
        .get("/team/{team}/products/{product}/configs/{config}/edit", "Form to change a config", page::edit)
        .post("/team/{team}/products/{product}/configs/{config}/edit", "Change a config", page::change)
        .post("/team/{team}/products/{product}/configs/{config}/move", "Put a config at another place", page::shift)
        .get("/team/{team}/products/{product}/configs/{config}/delete", "Confirm the end of a config", page::confirm_delete)
        .post("/team/{team}/products/{product}/configs/{config}/delete", "Delete a config", page::delete)
}
