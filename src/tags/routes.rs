//! The addresses of the feature.

use super::pages as page;
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/products/{product}/tags", "The tags of the product", page::index)
        .get("/team/{team}/products/{product}/tags/new", "Form for a new tag", page::new)
        .post("/team/{team}/products/{product}/tags", "Create a tag", page::create)
        .get("/team/{team}/products/{product}/tags/{tag}", "Form to change a tag", page::edit)
        .post("/team/{team}/products/{product}/tags/{tag}", "Change a tag", page::change)
        .get("/team/{team}/products/{product}/tags/{tag}/delete", "Confirm the end of a tag", page::confirm_delete)
        .post("/team/{team}/products/{product}/tags/{tag}/delete", "Delete a tag", page::delete)
}
