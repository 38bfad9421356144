//! What every request can reach. The database is in it and is never given out: a witness opens it.

use std::sync::Arc;

use crate::{
    authn::{Seen, password::Hasher, throttle::Throttle},
    bus::Bus,
    clock::Clock,
    config::Config,
    db::{Db, args},
    error::Result,
    ids::TeamId,
};

/// The running instance. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// Its parts.
pub struct Inner {
    pub(super) db: Db,
    /// What it was told.
    pub config: Config,
    /// What time it is.
    pub clock: Clock,
    /// “Something changed.”
    pub bus: Bus,
    /// Passwords.
    pub hasher: Hasher,
    /// Too many attempts.
    pub throttle: Throttle,
    /// Who was seen when.
    pub seen: Seen,
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// Opens the database and puts the instance together.
    pub async fn open(config: Config, clock: Clock, throttle: Throttle) -> Result<Self> {
        let db = Db::open(&config.database).await?;
        let tx = db.begin().await?;
        let sql = "INSERT INTO grant_revisions (team, revision) VALUES ($1, $2) ON CONFLICT (team) DO NOTHING";
        tx.run(sql, args![TeamId(uuid::Uuid::nil()), uuid::Uuid::now_v7()]).await?;
        tx.commit().await?;
        Ok(Self(Arc::new(Inner { db, config, clock, bus: Bus::default(), hasher: Hasher::new()?, throttle, seen: Seen::default() })))
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<()> {
        self.db.ping().await
    }

    /// Lets go of the database.
    pub async fn close(&self) {
        self.db.close().await;
    }
}
