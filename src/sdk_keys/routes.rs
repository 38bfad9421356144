//! The addresses of the feature.

use super::api;
use crate::authz::{Routes, Surface};

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get("/api/v1/products/{product}/configs/{config}/environments/{environment}/sdk-keys", "Read the SDK keys of a config in an environment", api::read)
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
