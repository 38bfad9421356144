//! Work that is queued in the transaction of a change and done after it: at least once, with growing pauses between attempts.
//!
//! A job is a struct with its input, and [`Job::run`]. To add one: implement [`Job`], name it in the [`Registry`] in `app.rs`, and queue it
//! with [`enqueue`] inside a change. What a job changes, it changes with a witness from its [`Mint`].

mod store;

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::watch;

pub use store::permits::RunJobs;

use crate::{
    audit::{Event, Unaudited, Way},
    authz::{App, Mint, NoNames},
    clock::{HOUR, MINUTE, SECOND, Time},
    db::Writer,
    error::{Error, Result},
    ids::JobId,
};

/// Something to be done after a change.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name in the queue.
    const KIND: &'static str;
    /// Does it. An error means: again, later; except `NotFound`, which means that what it was about is gone and nothing is left to do.
    fn run(self, attempt: Attempt, mint: &Mint) -> impl Future<Output = Result<()>> + Send;
}

/// How often a job has been tried, this time included.
#[derive(Clone, Copy, Debug)]
pub struct Attempt(pub i64);

impl Attempt {
    /// After so many it is given up.
    pub const MOST: i64 = 18;

    /// Whether there will be no other.
    pub fn is_last(self) -> bool {
        self.0 >= Self::MOST
    }

    /// The pause before the next one: half a minute, doubling, at most six hours. Together about two days.
    fn pause(self) -> i64 {
        ((30 * SECOND) << self.0.clamp(1, 12) >> 1).min(6 * HOUR)
    }
}

/// So many jobs run at the same time on a node.
const AT_ONCE: usize = 8;

/// Queues a job in the transaction of the change that asks for it.
pub async fn enqueue<J: Job>(tx: &Writer, job: &J, now: Time) -> Result<()> {
    let payload = serde_json::to_string(job).map_err(Error::internal)?;
    store::insert(tx, JobId::new(), J::KIND, &payload, now).await
}

type Run = Arc<dyn Fn(String, Attempt, Mint) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// The jobs there are, and what is done now and then.
#[derive(Clone, Default)]
pub struct Registry {
    jobs: HashMap<&'static str, Run>,
    schedule: Vec<(Duration, Run)>,
}

impl Registry {
    /// Names a job.
    pub fn job<J: Job>(mut self) -> Self {
        let run: Run = Arc::new(|payload, attempt, mint| {
            Box::pin(async move {
                let job: J = serde_json::from_str(&payload).map_err(Error::internal)?;
                job.run(attempt, &mint).await
            })
        });
        self.jobs.insert(J::KIND, run);
        self
    }

    /// Something that is done at the start and then again and again. Every node does it: it must not matter if two do.
    pub fn every<F: Future<Output = Result<()>> + Send + 'static>(
        mut self,
        pause: Duration,
        work: impl Fn(Mint) -> F + Send + Sync + 'static,
    ) -> Self {
        self.schedule.push((pause, Arc::new(move |_, _, mint| Box::pin(work(mint)))));
        self
    }

    /// Works until told to stop, then finishes what it has begun.
    pub async fn work(self, app: App, mut stop: watch::Receiver<bool>) {
        let mut schedules = tokio::task::JoinSet::new();
        for (pause, work) in self.schedule.clone() {
            let (app, mut stop) = (app.clone(), stop.clone());
            schedules.spawn(async move {
                loop {
                    if let Err(error) = work(String::new(), Attempt(1), Mint::new(&app, Way::System)).await {
                        tracing::warn!(%error, "scheduled work failed and will be tried again");
                    }
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        _ = stop.wait_for(|stop| *stop) => break,
                    }
                }
            });
        }
        // A server of somebody else that is slow to answer holds up its own job, and not the others.
        let mut running = tokio::task::JoinSet::new();
        while !*stop.borrow() {
            while running.try_join_next().is_some() {}
            if running.len() < AT_ONCE {
                match self.claim(&app).await {
                    Ok(Some(job)) => {
                        let (registry, app) = (self.clone(), app.clone());
                        running.spawn(async move {
                            if let Err(error) = registry.finish(&app, job).await {
                                tracing::warn!(%error, "what became of a job could not be written down");
                            }
                        });
                        continue;
                    }
                    Ok(None) => {}
                    Err(error) => tracing::warn!(%error, "the queue does not answer"),
                }
            }
            tokio::select! {
                () = app.bus.wait(Duration::from_secs(1)) => {}
                Some(_) = running.join_next() => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        }
        while running.join_next().await.is_some() {}
        while schedules.join_next().await.is_some() {}
    }

    /// Does one job that is due; `false` if there is none.
    pub async fn step(&self, app: &App) -> Result<bool> {
        match self.claim(app).await? {
            Some(job) => self.finish(app, job).await.map(|()| true),
            None => Ok(false),
        }
    }

    /// Takes the job that is due.
    async fn claim(&self, app: &App) -> Result<Option<store::Claimed>> {
        let mint = Mint::new(app, Way::System);
        let lease = mint.now().plus(5 * MINUTE);
        if !store::any_due(&mint.read(), mint.now()).await? {
            return Ok(None);
        }
        let may = mint.authorize::<RunJobs>(&NoNames {}).await?;
        may.change(async |tx| Ok((store::claim(&tx, tx.now(), lease).await?, Event::Unaudited(Unaudited::Job)))).await
    }

    /// Does a job that was taken.
    async fn finish(&self, app: &App, job: store::Claimed) -> Result<()> {
        let mint = Mint::new(app, Way::System);
        let may = mint.authorize::<RunJobs>(&NoNames {}).await?;
        let attempt = Attempt(job.attempts);
        let done = match self.jobs.get(job.kind.as_str()) {
            Some(run) => run(job.payload, attempt, mint.clone()).await,
            None => Err(Error::internal(format!("there is no job {}", job.kind))),
        };
        let again = match done {
            Ok(()) | Err(Error::NotFound) => None,
            Err(error) if attempt.is_last() => {
                tracing::error!(kind = job.kind, %error, "a job was given up");
                None
            }
            Err(error) => {
                tracing::warn!(kind = job.kind, %error, attempt = attempt.0, "a job failed and will be tried again");
                Some(app.clock.now().plus(attempt.pause()))
            }
        };
        may.change(async |tx| {
            match again {
                Some(at) => store::put_off(&tx, job.id, at).await?,
                None => store::delete(&tx, job.id).await?,
            }
            Ok(((), Event::Unaudited(Unaudited::Job)))
        })
        .await
    }
}
