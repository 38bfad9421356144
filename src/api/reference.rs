//! The readable reference of the API, made from the same table as the OpenAPI document.

use std::sync::Arc;

use askama::Template;

use super::openapi::{Documents, tag};
use crate::{
    authz::{
        self, Surface,
        routes::{Guard, Schema},
    },
    ui::Frame,
};

/// Every operation, by subject.
#[derive(Template)]
#[template(path = "api/templates/reference.html")]
pub struct Reference {
    /// Around it.
    pub frame: Frame,
    /// What every path begins with: `https://burgee.example`.
    pub base: String,
    /// The subjects in the order of the product.
    pub subjects: Arc<[Subject]>,
}

/// Operations on one subject.
pub struct Subject {
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

/// Draws the description.
pub fn reference(documents: &Documents, frame: Frame, base: &str) -> Reference {
    Reference { frame, base: base.to_owned(), subjects: documents.subjects() }
}

/// The JSON routes of a table.
pub(super) fn subjects(table: &[authz::Operation]) -> Vec<Subject> {
    let mut subjects: Vec<Subject> = vec![];
    for route in table.iter().filter(|route| matches!(route.surface, Surface::Json | Surface::Management)) {
        let name = tag(route.path);
        let operation = Operation {
            method: route.method.to_string(),
            path: route.path.to_owned(),
            sentence: route.sentence.to_owned(),
            permission: match route.guard {
                Some(Guard::Permission(permission) | Guard::InBody(permission)) => permission.key().to_owned(),
                Some(Guard::SignedIn) => "signed in".to_owned(),
                Some(Guard::SdkKey) => "an SDK key".to_owned(),
                Some(Guard::Anyone) | None => "anyone".to_owned(),
            },
            request: route.body.as_ref().map(indented),
            response: route.answer.as_ref().map(indented),
        };
        match subjects.iter_mut().find(|subject| subject.anchor == name) {
            Some(subject) => subject.operations.push(operation),
            None => {
                let mut title = name.to_owned();
                let capitals = if name == "api" { 3 } else { 1 };
                if let Some(first) = title.get_mut(..capitals) {
                    first.make_ascii_uppercase();
                }
                subjects.push(Subject { name: title, anchor: name.to_owned(), operations: vec![operation] });
            }
        }
    }
    subjects.sort_by(|a, b| a.name.cmp(&b.name));
    subjects
}

/// The schema itself instead of a reference to it.
fn indented(schema: &Schema) -> String {
    let own = schema.read().parts.pop().map(|(_, schema)| schema);
    serde_json::to_string_pretty(&own).unwrap_or_default()
}
