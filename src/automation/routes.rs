//! The addresses of the feature.

use super::pages as page;
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page).get(
        "/team/{team}/products/{product}/automation",
        "What programs that change the product need to know of it",
        page::index,
    )
}
