//! What somebody holds, read from the database at the moment it matters: before a request's handler runs, and again inside its change.

use super::role::Role;
use crate::{
    authn::{Actor, Credential},
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{PersonId, TeamId},
};

/// What somebody holds at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grants {
    /// A person.
    Person(Held),
    /// Burgee itself.
    System,
    /// An account that has ended.
    Nobody,
}

/// What a person holds in one team, and on the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The person.
    pub person: PersonId,
    /// Whether they run the instance.
    pub administrator: bool,
    /// Whether they are shut out of it.
    pub suspended: bool,
    /// Whether their address is confirmed, or need not be because the instance sends no mail.
    pub verified: bool,
    /// What they are in the team.
    pub role: Option<Role>,
    /// Whether the team is suspended.
    pub team_suspended: bool,
    /// Whether everybody may create teams.
    pub may_create_teams: bool,
    /// Whether they came with a token instead of a browser.
    pub by_token: bool,
}

record! {
    struct Found {
        administrator: bool,
        suspended: bool,
        email_verified: bool,
        role: Option<Role>,
        team_suspended: Option<bool>,
        team_create: Option<String>,
    }
}

const SQL: &str = "SELECT p.administrator, p.suspended, p.email_verified, m.role, t.suspended AS team_suspended, \
                   (SELECT value FROM settings WHERE name = 'team:create') AS team_create \
                   FROM people p LEFT JOIN teams t ON t.id = $2 LEFT JOIN members m ON m.team = t.id AND m.person = p.id WHERE p.id = $1";

impl Grants {
    /// Reads what a person holds in a team, or on the instance where `team` is `None`.
    pub async fn load(
        db: &Reader,
        person: PersonId,
        team: Option<TeamId>,
        credential: Option<&Credential>,
        needs_verified: bool,
    ) -> Result<Self> {
        let found: Option<Found> = db.one(SQL, args![person, team]).await?;
        Ok(found.map_or(Self::Nobody, |found| {
            Self::Person(Held {
                person,
                administrator: found.administrator,
                suspended: found.suspended,
                verified: found.email_verified || !needs_verified,
                role: found.role,
                team_suspended: found.team_suspended.unwrap_or(false),
                may_create_teams: found.team_create.as_deref() != Some("false"),
                by_token: credential.is_some_and(|credential| !credential.is_session()),
            })
        }))
    }

    /// Whether all that a role includes is held: nobody hands out more than that.
    pub fn include(&self, role: Role) -> bool {
        match self {
            Self::Person(held) => {
                !held.suspended && (held.administrator || held.role.is_some_and(|own| own.permissions().include(role.permissions())))
            }
            Self::System | Self::Nobody => false,
        }
    }

    /// What somebody holds about their own account: known from having been let in.
    pub fn of_own_account(actor: &Actor) -> Self {
        Self::Person(Held {
            person: actor.person,
            administrator: actor.administrator,
            suspended: false,
            verified: actor.verified,
            role: None,
            team_suspended: false,
            may_create_teams: false,
            by_token: !actor.credential.is_session(),
        })
    }

    /// Locks what a decision rests on until the transaction ends. On SQLite the transaction holds the whole database already.
    ///
    /// The team's row comes first, always, then the person's: two changes that lock in the same order do not deadlock.
    pub async fn lock(tx: &Writer, person: Option<PersonId>, team: Option<TeamId>, changes_grants: bool) -> Result<()> {
        let team = team.unwrap_or(TeamId(uuid::Uuid::nil()));
        let clause = if changes_grants { "FOR UPDATE" } else { "FOR SHARE" };
        let sql = tx.locking("SELECT revision FROM grant_revisions WHERE team = $1", clause);
        tx.value::<uuid::Uuid>(sql, args![team]).await?;
        if let Some(person) = person {
            let sql = tx.locking("SELECT id FROM people WHERE id = $1", "FOR NO KEY UPDATE");
            tx.value::<PersonId>(sql, args![person]).await?;
        }
        Ok(())
    }
}
