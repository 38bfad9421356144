//! The first wall. Routes are added only here, and only for handlers whose first argument is a witness.
//!
//! What a handler's signature says (permission, parameters, bodies) becomes a row of the route table, from which the API description, the
//! documentation and the tests are made.

use std::future::Future;

use super::{
    app::App,
    fields::fields_of,
    permission::{Kind, Permission},
    permit::{Permit, Resource as _},
    sdk_key::{ClientAddress, Preflight, SdkKey, Shown},
    witness::{Address, Anyone, Authorized, By, ById, InBody, SignedIn},
};
use crate::error::Error;
use axum::{
    Router,
    extract::FromRequestParts,
    handler::Handler,
    http::{Method, StatusCode, request::Parts},
    routing::MethodFilter,
};

/// Which surface a route belongs to: how its errors look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// Pages for people.
    Page,
    /// JSON for programs.
    Json,
    /// What applications read their flags through, in the words of the programs that they use.
    Application,
    /// JSON for programs that were written for ConfigCat's management API.
    Management,
}

impl Surface {
    /// Whether a token may be shown as a user name and a password. Never on pages: there, a browser would add it by itself from then on.
    pub const fn takes_basic(self) -> bool {
        matches!(self, Self::Json | Self::Management)
    }
}

/// Whom a route serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Everybody.
    Anyone,
    /// Everybody who is signed in.
    SignedIn,
    /// Those who hold the permission on the object that the path names.
    Permission(Permission),
    /// Those who hold the permission on the object that the body names.
    InBody(Permission),
    /// Applications that show an SDK key.
    SdkKey,
}

/// One route, as its handler's signature tells it.
#[derive(Clone)]
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path, with `{names}`.
    pub path: &'static str,
    /// What it does, in one sentence.
    pub sentence: &'static str,
    /// Its surface.
    pub surface: Surface,
    /// Whom it serves.
    pub guard: Option<Guard>,
    /// What kind of object the guard is asked about.
    pub on: Option<Kind>,
    /// The names in the path that the guard reads.
    pub names: Vec<&'static str>,
    /// Query parameters: name, meaning.
    pub query: Vec<(&'static str, &'static str)>,
    /// Names in the path and query parameters that are no plain text: name, type.
    pub types: Vec<(&'static str, &'static str)>,
    /// The header without which it does not know what is meant: name, meaning.
    pub header: Option<(&'static str, &'static str)>,
    /// The name and schema of the JSON body it takes.
    pub body: Option<Schema>,
    /// The name and schema of the JSON it answers.
    pub answer: Option<Schema>,
    /// The status that it answers with.
    pub status: StatusCode,
    /// Whether it may answer 204 instead, where there is nothing to tell.
    pub or_nothing: bool,
    /// Whether it only reads although its method says otherwise, so that a token that may only read may send it.
    pub only_reads: bool,
}

/// The JSON schema of a wire type. It is made when somebody reads it: every one brings copies of those that it refers to, which is more than all
/// that is kept in memory else.
#[derive(Clone, Copy)]
pub struct Schema(fn() -> Described);

impl Schema {
    /// That of a wire type. A list has no name of its own.
    pub fn of<T: utoipa::ToSchema + utoipa::PartialSchema>() -> Self {
        Self(Described::of::<T>)
    }

    /// Makes it.
    pub fn read(&self) -> Described {
        (self.0)()
    }
}

/// A JSON schema by name, with those that it refers to.
pub struct Described {
    /// A reference to it.
    pub schema: utoipa::openapi::RefOr<utoipa::openapi::Schema>,
    /// What it refers to, itself last.
    pub parts: Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>,
}

impl Described {
    fn of<T: utoipa::ToSchema + utoipa::PartialSchema>() -> Self {
        let mut parts = vec![];
        T::schemas(&mut parts);
        let schema = T::schema();
        if matches!(schema, utoipa::openapi::RefOr::T(utoipa::openapi::Schema::Array(_))) {
            return Self { schema, parts };
        }
        let name = T::name();
        parts.push((name.to_string(), schema));
        Self { schema: utoipa::openapi::Ref::from_schema_name(name.as_ref()).into(), parts }
    }
}

/// An argument of a handler: says what it means for the route.
pub trait Argument {
    /// Writes it into the route's row.
    fn describe(operation: &mut Operation);
}

/// An answer of a handler.
pub trait Answer {
    /// Writes it into the route's row.
    fn describe(_: &mut Operation) {}
}

impl<T: Answer> Answer for crate::error::Result<T> {
    fn describe(operation: &mut Operation) {
        T::describe(operation);
    }
}

impl Answer for axum::response::Response {}

mod sealed {
    /// First arguments that are proof.
    pub trait Witness {}
}

impl<P: Permit> sealed::Witness for Authorized<P> {}
impl<A: Address<P::On>, P: Permit> sealed::Witness for By<A, P> {}
impl sealed::Witness for SignedIn {}
impl<P: Permit> sealed::Witness for InBody<P> {}
impl sealed::Witness for Anyone {}
impl<W: Shown> sealed::Witness for SdkKey<W> {}
impl sealed::Witness for Preflight {}

impl<P: Permit> Argument for Authorized<P> {
    fn describe(operation: &mut Operation) {
        By::<ById, P>::describe(operation);
    }
}

impl<A: Address<P::On>, P: Permit> Argument for By<A, P> {
    fn describe(operation: &mut Operation) {
        operation.guard = Some(Guard::Permission(P::PERMISSION));
        operation.on = Some(P::On::KIND);
        operation.header = A::HEADER;
        operation.only_reads = P::ONLY_READS;
        for (name, kind) in fields_of::<A::Path>() {
            operation.names.push(name);
            operation.types.push((name, kind));
        }
    }
}

impl Argument for Anyone {
    fn describe(operation: &mut Operation) {
        operation.guard = Some(Guard::Anyone);
        operation.names = names_in(operation.path);
    }
}

impl<W: Shown> Argument for SdkKey<W> {
    fn describe(operation: &mut Operation) {
        operation.guard = Some(Guard::SdkKey);
        operation.names = names_in(operation.path);
    }
}

impl Argument for ClientAddress {
    fn describe(_: &mut Operation) {}
}

impl Argument for Preflight {
    fn describe(operation: &mut Operation) {
        operation.guard = Some(Guard::Anyone);
        operation.names = names_in(operation.path);
    }
}

impl<P: Permit> Argument for InBody<P> {
    fn describe(operation: &mut Operation) {
        operation.guard = Some(Guard::InBody(P::PERMISSION));
        operation.names = names_in(operation.path);
    }
}

impl Argument for SignedIn {
    fn describe(operation: &mut Operation) {
        operation.guard = Some(Guard::SignedIn);
        operation.names = names_in(operation.path);
    }
}

/// The names in a path.
pub fn names_in(path: &'static str) -> Vec<&'static str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(|name| name.trim_start_matches('*')).collect()
}

/// The one name in a public address: the secret of a link, the path of a file. What is no text is nothing that exists.
pub struct Segment(pub String);

impl FromRequestParts<App> for Segment {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let path = axum::extract::Path::<String>::from_request_parts(parts, app).await;
        path.map(|path| Self(path.0)).map_err(|_| Error::NotFound)
    }
}

impl Argument for Segment {
    fn describe(_: &mut Operation) {}
}

impl Argument for axum::http::HeaderMap {
    fn describe(_: &mut Operation) {}
}

/// Handlers that a route may have: the first argument is a witness.
#[diagnostic::on_unimplemented(
    message = "this handler does not say who may call it",
    note = "its first argument must be a witness: `Authorized<Permit>`, `By<Address, Permit>`, `InBody<Permit>`, `SignedIn`, `SdkKey`, or `Anyone` for a public route",
    note = "permits are in the feature's `permits.rs`"
)]
pub trait Guarded {}

/// Handlers whose signature can be read.
#[diagnostic::on_unimplemented(
    message = "the signature of this handler cannot be described",
    note = "its arguments must be `Argument`s and its answer an `Answer` (see authz/routes.rs)"
)]
pub trait Endpoint<T> {
    /// Writes what the signature says into the route's row.
    fn describe(operation: &mut Operation);
}

macro_rules! arities {
    ($(($($rest:ident),*))*) => {$(
        impl<M, W: sealed::Witness, $($rest),*> Guarded for (M, W, $($rest,)*) {}

        impl<F, Fut, R, M, W, $($rest),*> Endpoint<(M, W, $($rest,)*)> for F
        where
            F: Fn(W, $($rest),*) -> Fut,
            Fut: Future<Output = R>,
            R: Answer,
            W: Argument,
            $($rest: Argument),*
        {
            fn describe(operation: &mut Operation) {
                W::describe(operation);
                $($rest::describe(operation);)*
                R::describe(operation);
            }
        }
    )*};
}

arities!(()(A)(A, B)(A, B, C)(A, B, C, D));

/// The routes of one surface.
pub struct Routes {
    surface: Surface,
    router: Router<App>,
    table: Vec<Operation>,
}

macro_rules! methods {
    ($($name:ident $method:ident)*) => {$(
        #[doc = concat!("Adds a route for ", stringify!($method), ", with one sentence that says what it does.")]
        pub fn $name<H, T>(self, path: &'static str, sentence: &'static str, handler: H) -> Self
        where
            H: Handler<T, App>,
            T: Guarded + 'static,
            H: Endpoint<T>,
        {
            self.add::<H, T>(Method::$method, MethodFilter::$method, path, sentence, handler)
        }
    )*};
}

impl Routes {
    /// No routes yet.
    pub fn new(surface: Surface) -> Self {
        Self { surface, router: Router::new(), table: vec![] }
    }

    methods!(get GET post POST put PUT patch PATCH delete DELETE options OPTIONS);

    #[expect(clippy::disallowed_methods, reason = "the one place that adds routes")]
    fn add<H: Handler<T, App> + Endpoint<T>, T: 'static>(
        mut self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        sentence: &'static str,
        handler: H,
    ) -> Self {
        let mut operation = Operation {
            method,
            path,
            sentence,
            surface: self.surface,
            guard: None,
            on: None,
            names: vec![],
            query: vec![],
            types: vec![],
            header: None,
            body: None,
            answer: None,
            status: StatusCode::OK,
            or_nothing: false,
            only_reads: false,
        };
        H::describe(&mut operation);
        let sorted = |mut names: Vec<&'static str>| {
            names.sort_unstable();
            names
        };
        let read = sorted(operation.names.clone());
        assert_eq!(sorted(names_in(path)), read, "the names in {path} are not those that its guard reads");
        self.router = self.router.route(path, axum::routing::on(filter, handler));
        self.table.push(operation);
        self
    }

    /// These and those.
    #[expect(clippy::disallowed_methods, reason = "both sides were added here")]
    pub fn and(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self
    }

    /// The router and the table.
    pub fn finish(self) -> (Router<App>, Vec<Operation>) {
        let router = if self.surface.takes_basic() { self.router.layer(axum::Extension(self.surface)) } else { self.router };
        (router, self.table)
    }
}
