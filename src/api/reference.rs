//! The readable reference of the API, made from the same table as the OpenAPI document.

use askama::Template;

use crate::ui::Frame;

/// Every operation, by subject.
#[derive(Template)]
#[template(path = "api/templates/reference.html")]
pub struct Reference {
    /// Around it.
    pub frame: Frame,
    /// What every path begins with: `https://burgee.example`.
    pub base: String,
    /// The subjects in the order of the product.
    pub groups: Vec<Group>,
}

/// Operations on one subject.
pub struct Group {
    /// "Members".
    pub name: String,
    /// Word in the page's own links.
    pub anchor: String,
    /// In the order of their routes.
    pub operations: Vec<Operation>,
}

/// One thing that a program can ask for.
pub struct Operation {
    /// "GET".
    pub method: String,
    /// "/api/v1/teams/{team}/members".
    pub path: String,
    /// What it does.
    pub sentence: String,
    /// Who may: the key of a permission, "signed in", "anyone".
    pub permission: String,
    /// Schema of the body, as indented JSON.
    pub request: Option<String>,
    /// Schema of the answer, as indented JSON.
    pub response: Option<String>,
}
