//! One neutral error. Verbs and machinery speak it; each surface renders it in its own words (a page or a toast, `{code, error}`, …).
//!
//! An error travels to its surface inside the response's extensions: see [`crate::authz::Routes`].

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong, as the person who asked needs to know it.
#[derive(Clone, Debug)]
pub enum Error {
    /// Nobody is signed in, or no longer.
    NotSignedIn,
    /// The address of the account is not confirmed yet; until then it can do nothing but that.
    Unverified,
    /// The address is not used in that way: most take either a page that is read or a form that is sent.
    WrongMethod,
    /// A new password has to be chosen; until then the account can do nothing but that.
    PasswordExpired,
    /// The person may know that the thing exists, but may not do this.
    Forbidden {
        /// A stable word for programs, such as `team_suspended`.
        code: &'static str,
        /// Why, and what would change it.
        message: Cow<'static, str>,
    },
    /// No such thing, or the person may not even know that it exists.
    NotFound,
    /// The input is not acceptable; every field at fault has its message.
    Invalid(Fields),
    /// The request fits, and the rules forbid what it asks for: the last owner cannot leave.
    Refused {
        /// A stable word for programs, such as `last_owner`.
        code: &'static str,
        /// A sentence for people that says what to do.
        message: Cow<'static, str>,
    },
    /// The request contradicts the state of things. `code` is for programs, `message` for people.
    Conflict {
        /// A stable word for programs, such as `last_owner`.
        code: &'static str,
        /// A sentence for people that says what to do.
        message: Cow<'static, str>,
    },
    /// It was there and has ended: an expired link, a spent invitation.
    Gone(Cow<'static, str>),
    /// Too many attempts; try again after so many seconds.
    Limited(u64),
    /// More is asked for at the moment than can be done in time; try again after so many seconds.
    Busy(u64),
    /// The body has more than so many bytes, which is what is accepted there.
    TooLarge(usize),
    /// The body did not arrive in time, or not completely.
    Incomplete,
    /// The database cannot write at the moment (a full or read-only disk). Reading goes on.
    ReadOnly,
    /// The database does not answer at the moment, or what it holds is not in memory yet.
    Unavailable,
    /// The audit log to which a change belongs was altered outside Burgee, so that the change cannot be written to it.
    LogDamaged,
    /// A defect of ours. The text goes to the server log, never to the client.
    Internal(Arc<str>),
}

impl Error {
    /// A conflict with its code and its sentence.
    pub fn conflict(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Conflict { code, message: message.into() }
    }

    /// A rule that stands in the way, with its code and its sentence.
    pub fn refused(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused { code, message: message.into() }
    }

    /// A refusal with its reason.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Forbidden { code: "unauthorized", message: message.into() }
    }

    /// One field that is not acceptable.
    pub fn field(name: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        let mut fields = Fields::default();
        fields.add(name, message);
        Self::Invalid(fields)
    }

    /// Why a body could not be read: it has more than `most` bytes, or did not arrive.
    pub fn of_body(error: &(dyn std::error::Error + 'static), most: usize) -> Self {
        // axum's own extractors box it once more.
        let is_too_large = |cause: &(dyn std::error::Error + 'static)| {
            cause.is::<http_body_util::LengthLimitError>() || cause.is::<Box<http_body_util::LengthLimitError>>()
        };
        let mut causes = std::iter::successors(Some(error), |error| error.source());
        if causes.any(is_too_large) { Self::TooLarge(most) } else { Self::Incomplete }
    }

    /// A defect, with what is known of it.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string().into())
    }

    /// The HTTP status that every surface uses for it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn | Self::Unverified | Self::PasswordExpired => StatusCode::UNAUTHORIZED,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Invalid(_) | Self::Refused { .. } => StatusCode::BAD_REQUEST,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Gone(_) => StatusCode::GONE,
            Self::Limited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Incomplete => StatusCode::REQUEST_TIMEOUT,
            Self::Busy(_) | Self::ReadOnly | Self::Unavailable | Self::LogDamaged => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotSignedIn => "unauthorized",
            Self::Unverified => "email_not_verified",
            Self::PasswordExpired => "password_expired",
            Self::NotFound => "not_found",
            Self::WrongMethod => "method_not_allowed",
            Self::Invalid(_) => "invalid_request",
            Self::Forbidden { code, .. } | Self::Refused { code, .. } | Self::Conflict { code, .. } => code,
            Self::Gone(_) => "gone",
            Self::Limited(_) => "too_many_requests",
            Self::Busy(_) => "busy",
            Self::TooLarge(_) => "too_large",
            Self::Incomplete => "incomplete",
            Self::ReadOnly | Self::Unavailable => "unavailable",
            Self::LogDamaged => "audit_log_damaged",
            Self::Internal(_) => "internal",
        }
    }

    /// A sentence for people.
    pub fn message(&self) -> Cow<'static, str> {
        match self {
            Self::NotSignedIn => "Please sign in.".into(),
            Self::PasswordExpired => "Please choose a new password first: an administrator asks for that.".into(),
            Self::Unverified => "Please confirm your e-mail address first: the link is in your mailbox.".into(),
            Self::WrongMethod => "This address is used by a button or a form. Please go back and use that one.".into(),
            Self::NotFound => "There is nothing here, or it is not for you to see.".into(),
            Self::Invalid(fields) => fields.summary().into(),
            Self::Gone(message) | Self::Forbidden { message, .. } | Self::Refused { message, .. } | Self::Conflict { message, .. } => {
                message.clone()
            }
            Self::Limited(seconds) => format!("Too many attempts. Try again in {seconds} seconds.").into(),
            Self::Busy(seconds) => format!("Too many people ask for this at the moment. Try again in {seconds} seconds.").into(),
            Self::Incomplete => "The request did not arrive completely. Please send it again.".into(),
            Self::TooLarge(bytes) => match bytes / (1024 * 1024) {
                0 => format!("That is more than the {} KB that are accepted here at once.", bytes / 1024).into(),
                megabytes => format!("That is more than the {megabytes} MB that are accepted here at once.").into(),
            },
            Self::ReadOnly => "Nothing can be saved at the moment. Reading still works; please try again shortly.".into(),
            Self::Unavailable => "The database does not answer at the moment. Please try again shortly.".into(),
            Self::LogDamaged => {
                "The audit log in which this must be written is damaged, so nothing was changed. An administrator has to look at it: \
                                 the server log says where, and so does `burgee audit verify`."
                    .into()
            }

            Self::Internal(_) => "Something went wrong on our side. It has been written to the server log.".into(),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Internal(what) => write!(f, "internal: {what}"),
            other => f.write_str(&other.message()),
        }
    }
}

impl std::error::Error for Error {}

impl IntoResponse for Error {
    /// The bare status, with the headers that say how to go on and the error attached for the surface to render.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Self::Limited(seconds) | Self::Busy(seconds) = &self {
            response.headers_mut().insert(header::RETRY_AFTER, (*seconds).into());
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            // Never `Basic`: browsers ask for a password by themselves then, and keep it.
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Messages by field name: what is wrong with an input, and how to put it right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(pub BTreeMap<Cow<'static, str>, Cow<'static, str>>);

impl Fields {
    /// Notes what is wrong with a field; the first message for a field stays.
    pub fn add(&mut self, name: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) {
        self.0.entry(name.into()).or_insert_with(|| message.into());
    }

    /// Keeps a parsed value, or its message under the field's name.
    pub fn take<T, M: Into<Cow<'static, str>>>(&mut self, name: impl Into<Cow<'static, str>>, parsed: Result<T, M>) -> Option<T> {
        parsed.map_err(|message| self.add(name, message)).ok()
    }

    fn summary(&self) -> String {
        self.0.iter().map(|(name, message)| format!("{name}: {message}")).collect::<Vec<_>>().join(" ")
    }
}

impl From<Fields> for Error {
    fn from(fields: Fields) -> Self {
        Self::Invalid(fields)
    }
}
