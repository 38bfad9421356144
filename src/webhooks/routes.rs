//! The addresses of the feature.

use super::pages as page;
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/products/{product}/webhooks", "The webhooks of the product", page::index)
        .get("/team/{team}/products/{product}/webhooks/new", "Form for a new webhook", page::new)
        .post("/team/{team}/products/{product}/webhooks", "Create a webhook", page::create)
        .get("/team/{team}/products/{product}/webhooks/{webhook}", "A webhook, its signing keys and what it has sent", page::one)
        .get("/team/{team}/products/{product}/webhooks/{webhook}/edit", "Form to change a webhook", page::edit)
        .post("/team/{team}/products/{product}/webhooks/{webhook}", "Change a webhook", page::change)
        .get("/team/{team}/products/{product}/webhooks/{webhook}/delete", "Confirm the end of a webhook", page::confirm_delete)
        .post("/team/{team}/products/{product}/webhooks/{webhook}/delete", "Delete a webhook", page::delete)
        .post("/team/{team}/products/{product}/webhooks/{webhook}/keys", "Add a second signing key", page::add_key)
        .get("/team/{team}/products/{product}/webhooks/{webhook}/keys/remove", "Confirm the end of a signing key", page::confirm_remove_key)
        .post("/team/{team}/products/{product}/webhooks/{webhook}/keys/remove", "Take a signing key away", page::remove_key)
        .post("/team/{team}/products/{product}/webhooks/{webhook}/test", "Send a test", page::test)
        .post("/team/{team}/products/{product}/webhooks/{webhook}/again", "Send again what was sent", page::again)
}
