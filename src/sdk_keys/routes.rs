//! The addresses of the feature.

use super::{api, pages as page};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/products/{product}/configs/{config}/keys", "The keys of a config, and how to use them", page::index)
        .get("/team/{team}/products/{product}/configs/{config}/keys/{environment}/rotate", "Confirm a secondary key", page::confirm_add)
        .post("/team/{team}/products/{product}/configs/{config}/keys/{environment}/rotate", "Add a secondary key", page::add)
        .get(
            "/team/{team}/products/{product}/configs/{config}/keys/{environment}/promote",
            "Confirm that the keys change places",
            page::confirm_promote,
        )
        .post(
            "/team/{team}/products/{product}/configs/{config}/keys/{environment}/promote",
            "Make the secondary key the primary one",
            page::promote,
        )
        .get("/team/{team}/products/{product}/configs/{config}/keys/{environment}/revoke", "Confirm that a key ends", page::confirm_revoke)
        .post("/team/{team}/products/{product}/configs/{config}/keys/{environment}/revoke", "Take a key away", page::revoke)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get(
            "/api/v1/products/{product}/configs/{config}/environments/{environment}/sdk-keys",
            "Read the SDK keys of a config in an environment",
            api::read,
        )
        .post("/api/v1/products/{product}/configs/{config}/environments/{environment}/sdk-keys", "Add a secondary SDK key", api::add)
        .post(
            "/api/v1/products/{product}/configs/{config}/environments/{environment}/sdk-keys/promote",
            "Make the secondary SDK key the primary one",
            api::promote,
        )
        .delete(
            "/api/v1/products/{product}/configs/{config}/environments/{environment}/sdk-keys/primary",
            "Take the primary SDK key away; the secondary one takes its place",
            api::revoke_primary,
        )
        .delete(
            "/api/v1/products/{product}/configs/{config}/environments/{environment}/sdk-keys/secondary",
            "Take the secondary SDK key away",
            api::revoke_secondary,
        )
}
