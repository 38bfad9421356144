//! The addresses of the feature.

use super::{api, pages as page};
use crate::authz::{Routes, Surface};

/// For people.
pub fn pages() -> Routes {
    Routes::new(Surface::Page)
        .get("/team/{team}/products/{product}/configs/{config}", "The flags of a config in every environment", page::dashboard)
        .get("/team/{team}/products/{product}/configs/{config}/try", "Form for trying flags out", page::try_form)
        .post("/team/{team}/products/{product}/configs/{config}/try", "Evaluate flags for a user who is made up", page::try_it)
        .get("/team/{team}/products/{product}/configs/{config}/compare", "Two environments side by side", page::compare)
        .get(
            "/team/{team}/products/{product}/configs/{config}/copy",
            "Confirm that all that differs is carried over",
            page::choose_copy_all,
        )
        .post("/team/{team}/products/{product}/configs/{config}/copy", "Carry all that differs to another environment", page::copy_all)
        .get("/team/{team}/products/{product}/configs/{config}/flags/new", "Form for a new flag", page::new)
        .post("/team/{team}/products/{product}/configs/{config}/flags", "Create a flag", page::create)
        .get("/team/{team}/products/{product}/configs/{config}/flags/{flag}", "A flag in an environment, with its rules", page::show)
        .get(
            "/team/{team}/products/{product}/configs/{config}/flags/{flag}/edit",
            "Form for a flag’s name, hint, tags and variations",
            page::edit,
        )
        .post(
            "/team/{team}/products/{product}/configs/{config}/flags/{flag}/edit",
            "Change a flag’s name, hint, tags and variations",
            page::change,
        )
        .post("/team/{team}/products/{product}/configs/{config}/flags/{flag}/move", "Put a flag at another place", page::shift)
        .get("/team/{team}/products/{product}/configs/{config}/flags/{flag}/tags", "Choose the tags of a flag", page::choose_tags)
        .post("/team/{team}/products/{product}/configs/{config}/flags/{flag}/tags", "Change the tags of a flag", page::tag)
        .get("/team/{team}/products/{product}/configs/{config}/flags/{flag}/delete", "Confirm the end of a flag", page::confirm_delete)
        .post("/team/{team}/products/{product}/configs/{config}/flags/{flag}/delete", "Delete a flag", page::delete)
        .get("/team/{team}/products/{product}/configs/{config}/flags/{flag}/switch", "Ask why a flag is switched", page::note)
        .post("/team/{team}/products/{product}/configs/{config}/flags/{flag}/switch", "Switch a flag in an environment", page::switch)
        .post("/team/{team}/products/{product}/configs/{config}/flags/{flag}/editor", "Check rules while they are written", page::check)
        .post("/team/{team}/products/{product}/configs/{config}/flags/{flag}/value", "Save a flag’s rules in an environment", page::save)
        .get("/team/{team}/products/{product}/configs/{config}/flags/{flag}/history", "What a flag was in an environment", page::history)
        .get(
            "/team/{team}/products/{product}/configs/{config}/flags/{flag}/restore",
            "Confirm that an earlier value comes back",
            page::choose_restore,
        )
        .get(
            "/team/{team}/products/{product}/configs/{config}/flags/{flag}/copy",
            "Confirm that a value is carried over",
            page::choose_copy,
        )
        .post("/team/{team}/products/{product}/configs/{config}/flags/{flag}/copy", "Carry a value to another environment", page::copy)
        .post("/team/{team}/products/{product}/configs/{config}/flags/{flag}/restore", "Give a flag an earlier value again", page::restore)
}

/// For programs.
pub fn json() -> Routes {
    Routes::new(Surface::Json)
        .get(
            "/api/v1/products/{product}/configs/{config}/settings/{setting}/environments/{environment}/history",
            "Read what a setting was in an environment",
            api::history,
        )
        .post(
            "/api/v1/products/{product}/configs/{config}/settings/{setting}/environments/{environment}/restore",
            "Give a setting an earlier value again",
            api::restore,
        )
}
