use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{Asked, Frame, Html};

/// What is shown instead of the page that was asked for.
pub struct Failure {
    /// With the reader's navigation if somebody is signed in; else it stands beside the pennant.
    pub frame: Frame,
    /// HTTP status.
    pub status: u16,
    /// A sentence that knows more than the status does.
    pub detail: Option<String>,
    /// Id of the request, to look it up in the server's log.
    pub request: Option<String>,
    /// A first way out; home and back are always there.
    pub way_out: Option<(String, String)>,
}

impl Failure {
    fn title(&self) -> &'static str {
        match self.status {
            400 | 409 => "This is not possible now",
            401 => "Please sign in",
            403 => "You may not do this",
            404 => "There is nothing here",
            405 => "This does not work that way",
            410 => "This has ended",
            413 => "That was too much at once",
            422 => "Something does not fit",
            429 => "Too many attempts",
            503 => "Burgee cannot save right now",
            _ => "Something broke",
        }
    }

    fn advice(&self) -> &'static str {
        match self.status {
            400 => "Go back and look at what you asked for. Nothing was changed.",
            401 => "Your session has ended, or you have not signed in yet.",
            403 => "An owner of the team, or an administrator, can tell you more.",
            404 => "The address may be mistyped, the thing may be gone, or it may not be yours to see.",
            405 => "Go back and use the buttons of the page.",
            409 => "Go back, load the page again, and look before you repeat it.",
            410 => "The link was used already, was replaced by a newer one, or is too old. Ask for a new one.",
            413 => "What you sent is larger than 1 MB. Send less of it.",
            422 => "Go back and look at what you filled in. Nothing was changed.",
            429 => "Wait a minute, then try again. Nothing was changed.",
            503 => {
                "The server's disk or database does not take changes at the moment. Reading still works. Nothing was changed; try again later."
            }
            _ => "It is our fault, not yours, and it is in the server's log. Nothing was changed. Try again.",
        }
    }
}

/// In the frame of somebody who is signed in.
#[derive(Template)]
#[template(path = "ui/templates/failure.html")]
struct Inside<'a> {
    frame: &'a Frame,
    page: &'a Failure,
}

/// Beside the pennant.
#[derive(Template)]
#[template(path = "ui/templates/failure_bare.html")]
struct Outside<'a> {
    frame: &'a Frame,
    page: &'a Failure,
}

/// In a dialog, for a click that htmx made.
#[derive(Template)]
#[template(path = "ui/templates/_failure.html")]
struct InDialog<'a> {
    page: &'a Failure,
}

impl Failure {
    /// The whole answer: a page, or a dialog for htmx.
    pub fn respond(self, asked: Asked) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (frame, page) = (&self.frame, &self);
        match asked {
            Asked::Plainly if frame.me.is_some() => Html(Inside { frame, page }).with(status),
            Asked::Plainly => Html(Outside { frame, page }).with(status),
            Asked::ByHtmx => {
                ([("hx-retarget", "#dialog"), ("hx-reswap", "innerHTML")], Html(InDialog { page }).with(status)).into_response()
            }
        }
    }
}
