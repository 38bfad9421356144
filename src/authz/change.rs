//! The transaction of a change. It decides again, inside, with what is true then; and it ends with an event or not at all.

use std::sync::Arc;

use super::{
    app::App,
    decide::{Place, decide},
    grants::Grants,
    permit::{ChangesGrants, Permit, Resource},
    witness::{Authorized, Caller, may_only_read, refuse},
};
use crate::{
    audit::{Event, log},
    authn,
    bus::Change,
    clock::Time,
    db::{Writer, args},
    error::{Error, Result},
    ids::TeamId,
};

/// An open change on an object: what was decided, once more, inside the transaction. A handle: cheap to clone.
pub struct Tx<P: Permit>(Arc<Open<P>>);

struct Open<P: Permit> {
    writer: Writer,
    on: P::On,
    grants: Grants,
    now: Time,
    app: App,
    actor: Option<crate::authn::Actor>,
}

impl<P: Permit> std::ops::Deref for Tx<P> {
    type Target = Writer;
    fn deref(&self) -> &Writer {
        &self.0.writer
    }
}

impl<P: Permit> Tx<P> {
    /// The object as it is now.
    pub fn on(&self) -> &P::On {
        &self.0.on
    }

    /// The moment of the change.
    pub fn now(&self) -> Time {
        self.0.now
    }

    /// What the actor holds, as just read: for what is handed out, which may be no more than that.
    pub fn grants_held(&self) -> &Grants {
        &self.0.grants
    }

    /// Whether mail can be sent at all.
    pub fn has_mail(&self) -> bool {
        self.0.app.config.has_mail()
    }

    /// Loads another object that the change needs, and decides about it here.
    pub async fn also<P2: Permit>(&self, key: &<P2::On as Resource>::Key) -> Result<P2::On> {
        let on = P2::On::load(&self.0.writer, key).await?.ok_or(Error::NotFound)?;
        let place = on.place();
        let held = self.held_at(&place).await?;
        refuse(&decide(&held, P2::PERMISSION, &place))?;
        if on.is_hidden_from(&held) { Err(Error::NotFound) } else { Ok(on) }
    }

    /// What the actor holds at another place, as just read: for what is handed out there.
    pub async fn held_at(&self, place: &Place) -> Result<Grants> {
        match &self.0.actor {
            Some(actor) => Grants::load(&self.0.writer, actor.person, place, Some(&actor.credential), self.0.app.config.has_mail()).await,
            None => Ok(self.0.grants.clone()),
        }
    }
}

/// Writes who may do what. Only permits marked *changes grants* can have one.
pub struct GrantWriter<'a>(&'a Writer);

impl std::ops::Deref for GrantWriter<'_> {
    type Target = Writer;
    fn deref(&self) -> &Writer {
        self.0
    }
}

impl<P: ChangesGrants> Tx<P> {
    /// The writer of grants.
    pub fn grants(&self) -> GrantWriter<'_> {
        GrantWriter(&self.0.writer)
    }
}

/// The events of a change: at least one.
pub struct Events(Vec<Event>);

impl From<Event> for Events {
    fn from(event: Event) -> Self {
        Self(vec![event])
    }
}

impl From<Vec<Event>> for Events {
    fn from(events: Vec<Event>) -> Self {
        Self(events)
    }
}

tokio::task_local! {
    /// Set while a change is open: a change inside a change would wait for itself for ever.
    static CHANGING: ();
}

/// How often a change is tried again when another one stood in its way.
const TRIES: usize = 5;

impl<P: Permit> Authorized<P> {
    /// Changes something. What the closure wrote is committed together with its event, or not at all.
    ///
    /// The closure may run more than once: if two changes stood in each other's way, the one that was undone is tried again.
    ///
    /// # Errors
    /// What the closure says, or `NotFound`, `Forbidden`, `NotSignedIn` if it may no longer be done.
    pub async fn change<T, E: Into<Events>>(&self, verb: impl AsyncFnOnce(Tx<P>) -> Result<(T, E)> + Clone) -> Result<T> {
        const { assert!(!P::ONLY_READS && !P::PERMISSION.only_reads(), "nothing is changed under a permit that only reads") };
        if CHANGING.try_with(|()| ()).is_ok() {
            return Err(Error::internal("a change inside a change"));
        }
        if self.by.actor.as_ref().is_some_and(|actor| actor.credential.is_read_only()) {
            return Err(may_only_read());
        }
        let mut tries = 0;
        loop {
            tries += 1;
            match CHANGING.scope((), self.attempt(verb.clone())).await {
                Err(Error::Conflict { code: "try_again", .. }) if tries < TRIES => {
                    tokio::time::sleep(std::time::Duration::from_millis(2 << tries)).await;
                }
                done => return done,
            }
        }
    }

    async fn attempt<T, E: Into<Events>>(&self, verb: impl AsyncFnOnce(Tx<P>) -> Result<(T, E)>) -> Result<T> {
        let Caller { actor, grants, trace, .. } = &self.by;
        let place = self.on.place();
        let _turn = match trace.actor {
            Some(person) => Some(self.app.turns.take(person).await),
            None => None,
        };
        let writer = self.app.db.begin().await?;
        Grants::lock(&writer, trace.actor, place.team, P::CHANGES_GRANTS).await?;
        let on = P::On::load(&writer, &self.on.key()).await?.ok_or(Error::NotFound)?;
        let grants = match actor {
            Some(actor) => {
                let grants = Grants::load(&writer, actor.person, &on.place(), Some(&actor.credential), self.app.config.has_mail()).await?;
                if matches!(grants, Grants::Nobody) || !authn::is_alive(&writer, actor, trace.at).await? {
                    return Err(Error::NotSignedIn);
                }
                grants
            }
            None => grants.clone(),
        };
        refuse(&decide(&grants, P::PERMISSION, &on.place()))?;
        if on.is_hidden_from(&grants) {
            return Err(Error::NotFound);
        }
        let open = Arc::new(Open { writer, on, grants, now: trace.at, app: self.app.clone(), actor: actor.clone() });
        let (value, events) = verb(Tx(open.clone())).await?;
        let Events(events) = events.into();
        if events.is_empty() {
            return Err(Error::internal(format!("a change under {} without an event", P::NAME)));
        }
        let told: Vec<&Event> = events.iter().filter(|event| !matches!(event, Event::Unaudited(_))).collect();
        log::append(&open.writer, &told, trace).await?;
        if let Some(hear) = self.app.listener.get() {
            hear(&open.writer, &events, trace).await?;
        }
        if P::CHANGES_GRANTS {
            let team = place.team.unwrap_or(TeamId(uuid::Uuid::nil()));
            open.writer.run("UPDATE grant_revisions SET revision = $2 WHERE team = $1", args![team, uuid::Uuid::new_v4()]).await?;
        }
        let change = Change::of(&events, place.team, trace);
        if let Some(words) = change.as_ref().and_then(|change| self.app.bus.announcement(change)) {
            open.writer.announce(&words).await?;
        }
        // A client that hangs up drops this future, not the commit.
        let app = self.app.clone();
        let committed = tokio::spawn(async move {
            open.writer.commit().await?;
            app.committed(change).await;
            Ok::<_, Error>(())
        });
        committed.await.map_err(Error::internal)??;
        Ok(value)
    }
}
