//! The addresses of the feature.

use super::{api, pages as page};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/products/{product}/configs/{config}/code", "The branches in which settings were looked for", page::index)
        .post("/team/{team}/products/{product}/configs/{config}/code/delete", "Forget what was found in a branch", page::delete)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .post(
            "/api/v1/products/{product}/configs/{config}/code-references",
            "Upload where the code of a branch asks for settings",
            api::upload,
        )
        .post("/api/v1/products/{product}/configs/{config}/code-references/delete", "Forget what was found in a repository", api::forget)
}
