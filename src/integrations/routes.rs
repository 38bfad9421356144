//! The addresses of the feature.

use super::pages as page;
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/products/{product}/integrations", "The integrations of the product", page::index)
        .get("/team/{team}/products/{product}/integrations/new", "Form for a new integration", page::new)
        .post("/team/{team}/products/{product}/integrations", "Create an integration", page::create)
        .get("/team/{team}/products/{product}/integrations/{integration}", "An integration, and what it has sent", page::one)
        .post("/team/{team}/products/{product}/integrations/{integration}", "Change an integration", page::change)
        .get("/team/{team}/products/{product}/integrations/{integration}/delete", "Confirm the end of an integration", page::confirm_delete)
        .post("/team/{team}/products/{product}/integrations/{integration}/delete", "Delete an integration", page::delete)
        .post("/team/{team}/products/{product}/integrations/{integration}/test", "Send a test message", page::test)
        .post("/team/{team}/products/{product}/integrations/{integration}/again", "Send a message again", page::again)
}
