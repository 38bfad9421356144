//! The addresses of the feature.

use super::pages as page;
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/products/{product}/segments", "The segments of the product", page::index)
        .get("/team/{team}/products/{product}/segments/new", "Form for a new segment", page::new)
        .post("/team/{team}/products/{product}/segments", "Create a segment", page::create)
        .get("/team/{team}/products/{product}/segments/{segment}", "A segment, and where it is used", page::show)
        .post("/team/{team}/products/{product}/segments/{segment}", "Change a segment", page::change)
        .get("/team/{team}/products/{product}/segments/{segment}/delete", "Confirm the end of a segment", page::confirm_delete)
        .post("/team/{team}/products/{product}/segments/{segment}/delete", "Delete a segment", page::delete)
}
