//! The addresses of the feature.

use super::{api, pages as page};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/transfer", "Carry the team out, or bring something in", page::of_team)
        .post("/team/{team}/transfer", "See what a document would bring into the team, or bring it in", page::into_team)
        .get("/team/{team}/transfer/export", "The team with everything in it, as a file", page::export_team)
        .get("/team/{team}/products/{product}/transfer", "Carry the product out, or bring something in", page::of_product)
        .post(
            "/team/{team}/products/{product}/transfer",
            "See what a document would bring into the product, or bring it in",
            page::into_product,
        )
        .get("/team/{team}/products/{product}/transfer/export", "The product with everything in it, as a file", page::export_product)
        .get("/team/{team}/products/{product}/transfer/config-file", "Bring a config file into a config", page::of_config_file)
        .post(
            "/team/{team}/products/{product}/transfer/config-file",
            "See what a config file would bring into a config, or bring it in",
            page::into_config,
        )
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get("/api/v1/teams/{team}/export", "Export the team with everything in it", api::export_team)
        .post("/api/v1/teams/{team}/import", "Import products and people into the team", api::import_into_team)
        .get("/api/v1/products/{product}/export", "Export the product with everything in it", api::export_product)
        .post("/api/v1/products/{product}/import", "Import into the product", api::import_into_product)
        .post(
            "/api/v1/products/{product}/configs/{config}/import",
            "Import a config file as the config’s settings and their values in an environment",
            api::import_config_file,
        )
}
