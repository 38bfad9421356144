//! The addresses of the feature.

use super::pages as page;
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/products/{product}/environments", "The environments of the product", page::index)
        .get("/team/{team}/products/{product}/environments/new", "Form for a new environment", page::new)
        .post("/team/{team}/products/{product}/environments", "Create an environment", page::create)
        .get("/team/{team}/products/{product}/environments/{environment}", "Form to change an environment", page::edit)
        .post("/team/{team}/products/{product}/environments/{environment}", "Change an environment", page::change)
        .post("/team/{team}/products/{product}/environments/{environment}/move", "Put an environment at another place", page::shift)
        .get("/team/{team}/products/{product}/environments/{environment}/delete", "Confirm the end of an environment", page::confirm_delete)
        .post("/team/{team}/products/{product}/environments/{environment}/delete", "Delete an environment", page::delete)
}
