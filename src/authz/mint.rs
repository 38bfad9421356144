//! Witnesses for what no request asked for: jobs, schedules, the command line, and people who are not signed in.

use super::{
    app::App,
    decide::decide,
    grants::Grants,
    permit::{Resource, SystemPermit},
    witness::{Authorized, Caller, refuse},
};
use crate::{
    audit::{Trace, Way, event::Who},
    error::{Error, Result},
    ids::RequestId,
};

/// Makes witnesses for the permits marked `system` or `public`, and for no others.
#[derive(Clone)]
pub struct Mint {
    app: App,
    trace: Trace,
}

impl Mint {
    /// One for a job or a command, whose events say that Burgee did it.
    pub fn new(app: &App, way: Way) -> Self {
        let trace = Trace { actor: None, actor_name: "Burgee".into(), way, address: None, request: RequestId::new(), at: app.clock.now() };
        Self::with(app.clone(), trace)
    }

    pub(super) fn with(app: App, trace: Trace) -> Self {
        Self { app, trace }
    }

    pub(super) fn as_person(&self, who: &Who, way: Way) -> Self {
        let trace = Trace { actor: Some(who.id), actor_name: who.name.clone(), way, ..self.trace.clone() };
        Self { app: self.app.clone(), trace }
    }

    /// The instance.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// A reader, for jobs.
    pub fn read(&self) -> crate::db::Reader {
        self.app.db.reader()
    }

    /// The moment at which it happens.
    pub fn now(&self) -> crate::clock::Time {
        self.trace.at
    }

    /// The witness for a system permit.
    ///
    /// # Errors
    /// `NotFound` if the object is gone.
    pub async fn authorize<P: SystemPermit>(&self, key: &<P::On as Resource>::Key) -> Result<Authorized<P>> {
        let on = P::On::load(&self.app.db.reader(), key).await?.ok_or(Error::NotFound)?;
        refuse(&decide(&Grants::System, P::PERMISSION, &on.place()))?;
        let by = Caller { actor: None, grants: Grants::System, trace: self.trace.clone(), client: None };
        Ok(Authorized { on, by, app: self.app.clone() })
    }
}
