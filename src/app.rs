//! Puts everything together: routes, jobs, headers. Used by the server and by the tests.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Extension, FromRequestParts as _, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use tower_http::{CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    api::{self, Reference, openapi::Documents},
    audit_log,
    authn::client::{self, Arrivals},
    authz::{Anyone, App, Operation, Routes, Segment, Surface},
    automation, code_references, configs, deliveries, environments,
    error::{Error, Result},
    facades::{
        configcat::{cdn, management},
        ofrep,
    },
    flags, integrations, invitations,
    jobs::Registry,
    members, people, permission_groups, product_members, products, sdk_keys, segments, service_accounts, settings, tags, teams, transfer,
    ui::{self, Html, Signal},
    webhooks,
};

/// What browsers may do with our pages: nothing that is not ours.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// All pages.
fn pages() -> Routes {
    let features = teams::pages()
        .and(people::pages())
        .and(members::pages())
        .and(products::pages())
        .and(permission_groups::pages())
        .and(product_members::pages())
        .and(service_accounts::pages())
        .and(environments::pages())
        .and(configs::pages())
        .and(tags::pages())
        .and(flags::pages())
        .and(segments::pages())
        .and(sdk_keys::pages())
        .and(automation::pages())
        .and(webhooks::pages())
        .and(integrations::pages())
        .and(code_references::pages())
        .and(invitations::pages())
        .and(audit_log::pages())
        .and(settings::pages())
        .and(transfer::pages());
    features.and(
        Routes::new(Surface::Page)
            .get("/assets/{*path}", "A style, a script, a font or an image of the pages", asset)
            .get("/avatar/{id}", "The drawn mark of a team or a person", avatar)
            .get("/docs/api", "The API, to read", reference)
            .get("/healthz", "Whether the process is alive", healthy)
            .get("/readyz", "Whether the database answers", ready),
    )
}

/// All of the API.
fn json() -> Routes {
    teams::json()
        .and(people::json())
        .and(members::json())
        .and(permission_groups::json())
        .and(product_members::json())
        .and(service_accounts::json())
        .and(flags::json())
        .and(invitations::json())
        .and(audit_log::json())
        .and(settings::json())
        .and(sdk_keys::json())
        .and(transfer::json())
        .and(code_references::json())
        .and(Routes::new(Surface::Json).get("/api/openapi.json", "This description", description))
}

/// What applications read their flags through.
fn applications() -> [Routes; 2] {
    [cdn::routes(), ofrep::routes()]
}

/// What goes on beside the requests, until the server stops: hearing the other nodes, and keeping true what applications are served.
pub async fn background(app: App) {
    tokio::join!(app.hear(), sdk_keys::keep(app.clone()));
}

/// The jobs there are, and what is done now and then.
pub fn jobs() -> Registry {
    let hourly = Duration::from_secs(60 * 60);
    let registry = webhooks::jobs(deliveries::jobs(sdk_keys::jobs(people::jobs(invitations::jobs(Registry::default())))));
    integrations::jobs(registry)
        .every(hourly, invitations::clear_expired)
        .every(hourly, invitations::remind)
        .every(hourly, audit_log::check_chains)
}

/// Lets features hear what others change. Whatever opens an instance to change something says this first.
pub fn connect(app: &App) {
    app.listen(|tx, events, trace| {
        Box::pin(async move {
            for published in webhooks::published(tx, events, trace).await? {
                webhooks::tell(tx, &published, trace.at).await?;
                integrations::tell(tx, &published, trace.at).await?;
            }
            Ok(())
        })
    });
    app.publish_with(|app, scopes| Box::pin(sdk_keys::publish(app, scopes)));
}

/// The table of all routes.
pub fn table() -> Vec<Operation> {
    let (_, mut table) = pages().finish();
    table.extend(json().finish().1);
    table.extend(management::routes().finish().1);
    for routes in applications() {
        table.extend(routes.finish().1);
    }
    table
}

/// The whole server as one service.
#[expect(clippy::disallowed_methods, reason = "what answers where no route does")]
pub fn router(app: App) -> Router {
    connect(&app);
    let documents = Documents::of(table);
    let (pages, _) = pages().finish();
    let (json, _) = json().finish();
    let [files, flags] = applications();
    let panics = || CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| Error::internal("a handler panicked").into_response());
    let pages = pages.layer(panics()).layer(middleware::from_fn_with_state(errors(&app), ui::render_errors));
    let json = json.layer(panics()).layer(middleware::from_fn(api::render_errors));
    let management = management::routes().finish().0.layer(panics()).layer(middleware::from_fn(management::render_errors));
    let limits = management::Limits::new(app.config.api_rate_limit);
    let management = management
        .layer(middleware::from_fn_with_state(management::ToldTags::new(), management::suit))
        .layer(middleware::from_fn_with_state(limits, management::limit));
    let arrivals = Arrivals { clock: app.clock.clone(), trusted: app.config.trusted_proxies.clone().into() };
    pages
        .merge(json)
        .merge(management)
        .fallback(nothing_here)
        .layer(Extension(documents))
        .layer(DefaultBodyLimit::max(api::MOST))
        .layer(panics())
        // Pages are made while somebody waits: gzip at its fastest makes them a tenth, and brotli takes half as long again for hardly less.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(middleware::from_fn_with_state(Arc::new(headers(app.config.is_https())), protect))
        .layer(middleware::from_fn_with_state(arrivals, client::identify))
        // Applications ask often and need nothing of all that: no session, no page, no compression while they wait.
        .merge(files.finish().0.layer(middleware::map_response(cdn::render_errors)))
        .merge(flags.finish().0.layer(ofrep::limit()).layer(middleware::map_response(ofrep::render)))
        .with_state(app)
}

/// What is answered before the router is asked: the route of a config file, where nothing has to be waited for and nothing is refused.
pub fn at_once<B>(app: &App, request: &Request<B>) -> Option<Response> {
    cdn::at_once(app, request)
}

/// Where there is no route: in the words of the surface that was meant.
async fn nothing_here(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path();
    let is_below = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
    let nothing = |_: Request| async { Error::NotFound.into_response() };
    let inner = Router::new();
    #[expect(clippy::disallowed_methods, reason = "nothing is served here")]
    let router = match () {
        () if is_below(&["/v1/", "/v2/"]) => inner.fallback(nothing).layer(middleware::from_fn(management::render_errors)),
        () if is_below(&["/api/", "/ofrep/"]) => inner.fallback(nothing).layer(middleware::from_fn(api::render_errors)),
        () => inner.fallback(nothing).layer(middleware::from_fn_with_state(errors(&app), ui::render_errors)),
    };
    tower::ServiceExt::oneshot(router, request).await.unwrap_or_else(|never| match never {})
}

/// Errors as pages, with the navigation of whoever is signed in around them.
fn errors(app: &App) -> ui::Errors {
    let around: ui::Around = |app, mut said| {
        Box::pin(async move {
            let anyone = Anyone::from_request_parts(&mut said, &app).await.ok()?;
            teams::lost_frame(&anyone, "Not possible").await.ok()
        })
    };
    ui::Errors { app: app.clone(), around }
}

/// Headers that every answer has.
fn headers(https: bool) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers = vec![
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        // Not `no-referrer`: browsers then send `Origin: null` with our own forms, which is what the check for cross-site requests refuses
        // (<https://fetch.spec.whatwg.org/#append-a-request-origin-header>).
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("permissions-policy"), HeaderValue::from_static("camera=(), microphone=(), geolocation=()")),
    ];
    if https {
        headers.push((header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000")));
    }
    headers
}

async fn protect(State(headers): State<Arc<Vec<(HeaderName, HeaderValue)>>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in headers.iter() {
        response.headers_mut().insert(name, value.clone());
    }
    // What a person sees is nobody else's, and not the next person's at the same machine.
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    response
}

async fn asset(_: Anyone, Segment(path): Segment, headers: HeaderMap) -> Response {
    ui::assets::respond(&path, &headers)
}

async fn avatar(_: Anyone, Segment(id): Segment) -> Response {
    let kept = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (kept, Signal::of(&id).image()).into_response()
}

async fn healthy(_: Anyone) -> Response {
    (StatusCode::OK, "ok\n").into_response()
}

async fn ready(anyone: Anyone) -> Result<Response> {
    anyone.app().ready().await?;
    Ok((StatusCode::OK, "ready\n").into_response())
}

async fn reference(anyone: Anyone, Extension(documents): Extension<Documents>) -> Result<Html<Reference>> {
    let frame = teams::anyone_frame(&anyone, "API").await?;
    Ok(Html(api::reference(&documents, frame, &anyone.app().config.public_url)))
}

async fn description(_: Anyone, Extension(documents): Extension<Documents>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], documents.openapi()).into_response()
}
