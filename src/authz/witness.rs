//! Witnesses: proof, as a type, that somebody may do something to an object, with the object inside.

use std::{future::Future, marker::PhantomData};

use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, Method, request::Parts},
};
use serde::de::DeserializeOwned;

use super::{
    app::App,
    decide::{Decision, Place, Step, Verdict, decide},
    grants::Grants,
    mint::Mint,
    permission::{Kind, Permission},
    permit::{Permit, Public, Resource},
    routes::Surface,
};
use crate::{
    audit::{Trace, Way},
    authn::{self, Actor, Client, Recognised, cross_site},
    clock::Time,
    db::Reader,
    error::{Error, Result},
};

/// Somebody may do what `P` names to the object inside.
pub struct Authorized<P: Permit> {
    pub(super) on: P::On,
    pub(super) by: Caller,
    pub(super) app: App,
}

/// On whose behalf.
#[derive(Clone)]
pub(super) struct Caller {
    /// `None`: Burgee itself.
    pub(super) actor: Option<Actor>,
    pub(super) grants: Grants,
    pub(super) trace: Trace,
    /// The request, if there is one.
    pub(super) client: Option<Client>,
}

impl<P: Permit> std::ops::Deref for Authorized<P> {
    type Target = P::On;
    fn deref(&self) -> &P::On {
        &self.on
    }
}

impl<P: Permit> Authorized<P> {
    /// Reads the database, which refuses to write through it.
    pub fn read(&self) -> Reader {
        self.app.db.reader()
    }

    /// The instance.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The moment at which all of this happens.
    pub fn now(&self) -> Time {
        self.by.trace.at
    }

    /// Who is doing it.
    ///
    /// # Errors
    /// If it is Burgee itself.
    pub fn actor(&self) -> Result<&Actor> {
        self.by.actor.as_ref().ok_or_else(|| Error::internal("a verb for people was called by the system"))
    }

    /// Who is doing it, if it is a person.
    pub fn person(&self) -> Option<&Actor> {
        self.by.actor.as_ref()
    }

    /// What they held when they were let in: for what a page offers. What is handed out is compared again inside the change.
    pub fn grants(&self) -> &Grants {
        &self.by.grants
    }

    /// The request, if there is one.
    pub fn client(&self) -> Option<&Client> {
        self.by.client.as_ref()
    }

    /// Whether the same person may also do `permission` at `place`, which is in the same team and product or in none. No query: shows or hides a button.
    pub fn may(&self, permission: Permission, place: &Place) -> bool {
        let here = self.on.place();
        let same_team = place.team.is_none() || place.team == here.team;
        let same_product = place.product.is_none() || place.product == here.product;
        same_team && same_product && decide(&self.by.grants, permission, place).allows()
    }

    /// The same for a permit on an object that is at hand.
    pub fn also<P2: Permit>(&self, on: &P2::On) -> bool {
        self.may(P2::PERMISSION, &on.place())
    }

    /// The witness for another object, decided now.
    ///
    /// # Errors
    /// `NotFound` or `Forbidden`, as a request for it would be answered.
    pub async fn on<P2: Permit>(&self, key: &<P2::On as Resource>::Key) -> Result<Authorized<P2>> {
        let on = P2::On::load(&self.read(), key).await?.ok_or(Error::NotFound)?;
        let actor = self.actor()?;
        let by = Caller::decided::<P2>(&self.app, &self.read(), actor.clone(), self.by.trace.clone(), self.by.client.clone(), &on).await?;
        Ok(Authorized { on, by, app: self.app.clone() })
    }
}

impl Caller {
    /// Loads what the actor holds where the object is, and decides.
    pub(super) async fn decided<P: Permit>(
        app: &App,
        db: &Reader,
        actor: Actor,
        trace: Trace,
        client: Option<Client>,
        on: &P::On,
    ) -> Result<Self> {
        let place = on.place();
        let grants = match place.kind {
            Kind::Account => Grants::of_own_account(&actor),
            _ => Grants::load(db, actor.person, &place, Some(&actor.credential), app.config.has_mail()).await?,
        };
        refuse(&decide(&grants, P::PERMISSION, &place))?;
        if on.is_hidden_from(&grants) {
            return Err(Error::NotFound);
        }
        Ok(Self { actor: Some(actor), grants, trace, client })
    }
}

/// Turns a refusal into the error that the person gets to see.
pub(super) fn refuse(decision: &Decision) -> Result<()> {
    match decision.verdict {
        Verdict::Allowed => Ok(()),
        Verdict::Hidden => Err(Error::NotFound),
        Verdict::Denied => Err(match decision.steps().last() {
            Some(Step::Verified(false)) => Error::Unverified,
            Some(Step::PasswordCurrent(false)) => Error::PasswordExpired,
            Some(Step::TeamActive(false)) => Error::Forbidden {
                code: "team_suspended",
                message: "This team is suspended. Nothing can be started or created in it until an administrator ends that.".into(),
            },
            Some(Step::InBrowser(false)) => Error::forbidden("A token cannot handle credentials. Please sign in with a browser."),
            Some(Step::Setting(..)) => Error::forbidden("On this instance, only administrators may do that."),
            _ => Error::forbidden(format!(
                "You may not {}. It needs a role or a permission group that you do not have.",
                decision.permission.sentence()
            )),
        }),
    }
}

/// The refusal of a change by a token that may only read.
pub(super) fn may_only_read() -> Error {
    Error::forbidden("This token may only read.")
}

/// Refuses a request that changes something to a token that may only read. The witness comes before the body in every handler, so that nothing of
/// the body is read for it.
fn refuse_change(method: &Method, actor: &Actor, only_reads: bool) -> Result<()> {
    match !method.is_safe() && !only_reads && actor.credential.is_read_only() {
        true => Err(may_only_read()),
        false => Ok(()),
    }
}

/// What a request says beside its path.
pub struct Asked<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// Its headers: in one of them some programs name what they mean.
    pub headers: &'a HeaderMap,
}

/// Another way to find an object than by its key: a slug in a page's address, one's own account.
pub trait Address<R: Resource>: Send + Sync + 'static {
    /// What the path holds; the fields are the names in it.
    type Path: DeserializeOwned + Send;
    /// The header that says the rest, with its meaning.
    const HEADER: Option<(&'static str, &'static str)> = None;
    /// Finds the object.
    fn find(db: &Reader, asked: &Asked<'_>, path: Self::Path) -> impl Future<Output = Result<Option<R>>> + Send;
}

/// By the object's own key.
pub struct ById;

impl<R: Resource> Address<R> for ById {
    type Path = R::Key;
    async fn find(db: &Reader, _: &Asked<'_>, path: R::Key) -> Result<Option<R>> {
        R::load(db, &path).await
    }
}

/// The witness `Authorized<P>`, reached by the address `A`.
pub struct By<A, P: Permit>(Authorized<P>, PhantomData<A>);

impl<A, P: Permit> std::ops::Deref for By<A, P> {
    type Target = Authorized<P>;
    fn deref(&self) -> &Authorized<P> {
        &self.0
    }
}

impl<P: Permit> FromRequestParts<App> for Authorized<P> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        By::<ById, P>::from_request_parts(parts, app).await.map(|by| by.0)
    }
}

impl<A: Address<P::On>, P: Permit> FromRequestParts<App> for By<A, P> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let (actor, trace, client) = arrive(parts, app).await?;
        let actor = actor.ok_or(Error::NotSignedIn)?;
        let db = app.db.reader();
        // Not every database can look for the character NUL: it is in the address of nothing.
        if percent_encoding::percent_decode_str(parts.uri.path()).any(|byte| byte == 0) {
            return Err(Error::NotFound);
        }
        let path = Path::<A::Path>::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let on = A::find(&db, &Asked { actor: &actor, headers: &parts.headers }, path.0).await?.ok_or(Error::NotFound)?;
        let by = Caller::decided::<P>(app, &db, actor.clone(), trace, Some(client), &on).await?;
        refuse_change(&parts.method, &actor, P::ONLY_READS)?;
        Ok(Self(Authorized { on, by, app: app.clone() }, PhantomData))
    }
}

/// Who sent the request and everything an event needs to know of it. Refuses what another site made a browser send.
async fn arrive(parts: &mut Parts, app: &App) -> Result<(Option<Actor>, Trace, Client)> {
    let basic = parts.extensions.get::<Surface>().is_some_and(|surface| surface.takes_basic());
    if !cross_site::allowed(parts, &app.config.public_url) {
        return Err(Error::forbidden("This request came from another site and was refused. Please try again from here."));
    }
    let client = parts.extensions.get::<Client>().cloned().ok_or_else(|| Error::internal("a request without a client"))?;
    let actor = authn::identify(&app.db.reader(), &parts.headers, app.config.is_https(), basic, &client, &app.seen).await?;
    if let (Some(actor), Some(recognised)) = (&actor, parts.extensions.get::<Recognised>()) {
        recognised.note(&actor.credential);
    }
    let trace = Trace {
        actor: actor.as_ref().map(|actor| actor.person),
        actor_name: actor.as_ref().map_or_else(|| "Burgee".to_owned(), |actor| actor.name.clone()),
        way: actor.as_ref().map_or(Way::System, |actor| actor.credential.way()),
        address: Some(client.address.to_string()),
        request: client.request,
        at: client.now,
    };
    Ok((actor, trace, client))
}

/// Somebody is signed in; what they may do is asked with [`SignedIn::on`].
pub struct SignedIn {
    /// Who it is.
    pub actor: Actor,
    /// The request.
    pub client: Client,
    trace: Trace,
    app: App,
}

impl SignedIn {
    /// Reads the database.
    pub fn read(&self) -> Reader {
        self.app.db.reader()
    }

    /// The instance.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The witness for an object.
    ///
    /// # Errors
    /// `NotFound` or `Forbidden`, as a request for it would be answered.
    pub async fn on<P: Permit>(&self, key: &<P::On as Resource>::Key) -> Result<Authorized<P>> {
        let on = P::On::load(&self.read(), key).await?.ok_or(Error::NotFound)?;
        let by =
            Caller::decided::<P>(&self.app, &self.read(), self.actor.clone(), self.trace.clone(), Some(self.client.clone()), &on).await?;
        Ok(Authorized { on, by, app: self.app.clone() })
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let (actor, trace, client) = arrive(parts, app).await?;
        let actor = actor.ok_or(Error::NotSignedIn)?;
        if actor.password_expired {
            return Err(Error::PasswordExpired);
        }
        refuse_change(&parts.method, &actor, false)?;
        Ok(Self { actor, client, trace, app: app.clone() })
    }
}

/// Somebody is signed in, and the body names the object that they want to do `P` to; that is decided with [`InBody::on`].
pub struct InBody<P>(SignedIn, PhantomData<P>);

impl<P: Permit> InBody<P> {
    /// The witness for the object that the body names.
    ///
    /// # Errors
    /// `NotFound` or `Forbidden`, as a request for it would be answered.
    pub async fn on(&self, key: &<P::On as Resource>::Key) -> Result<Authorized<P>> {
        self.0.on::<P>(key).await
    }
}

impl<P: Permit> FromRequestParts<App> for InBody<P> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        SignedIn::from_request_parts(parts, app).await.map(|signed_in| Self(signed_in, PhantomData))
    }
}

/// No permission is needed: a visible statement in a handler's signature. Whoever is signed in is known all the same.
pub struct Anyone {
    /// Who it is, if somebody is signed in.
    pub actor: Option<Actor>,
    /// Where the request is from.
    pub client: Client,
    mint: Mint,
}

impl Anyone {
    /// Reads the database.
    pub fn read(&self) -> Reader {
        self.mint.app().db.reader()
    }

    /// The instance.
    pub fn app(&self) -> &App {
        self.mint.app()
    }

    /// The witness for one of the few things that serve people who are not signed in. The event will name `person` where one is known.
    pub async fn authorize<P: Public>(&self, key: &<P::On as Resource>::Key) -> Result<Authorized<P>> {
        self.mint.authorize::<P>(key).await
    }

    /// The same, in the name of a person who has just shown who they are.
    pub async fn authorize_as<P: Public>(
        &self,
        who: &crate::audit::event::Who,
        way: Way,
        key: &<P::On as Resource>::Key,
    ) -> Result<Authorized<P>> {
        self.mint.as_person(who, way).authorize::<P>(key).await
    }
}

impl FromRequestParts<App> for Anyone {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let (actor, trace, client) = arrive(parts, app).await?;
        let trace = Trace { actor: None, actor_name: "Burgee".into(), way: Way::System, ..trace };
        Ok(Self { actor, client, mint: Mint::with(app.clone(), trace) })
    }
}
