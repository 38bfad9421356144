//! What somebody holds, read from the database at the moment it matters: before a request's handler runs, and again inside its change.

use std::sync::Arc;

use super::{
    decide::Place,
    group::{Access, Excess, Group, Levels, Reach, Switches, excess},
    role::Role,
};
use crate::{
    authn::{Actor, Credential},
    db::{Hold, Reader, Writer, args, record},
    error::Result,
    ids::{EnvironmentId, GroupId, PersonId, TeamId},
};

/// What somebody holds at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grants {
    /// A person.
    Person(Held),
    /// Burgee itself.
    System,
    /// An account that has ended.
    Nobody,
}

/// What a person holds in one team, in one product of it, and on the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The person.
    pub person: PersonId,
    /// Whether they run the instance.
    pub administrator: bool,
    /// Whether they are shut out of it.
    pub suspended: bool,
    /// Whether their address is confirmed, or need not be because the instance sends no mail.
    pub verified: bool,
    /// Whether they have to choose a new password before they do anything else.
    pub password_expired: bool,
    /// What they are in the team.
    pub role: Option<Role>,
    /// The permission group that they have in the product.
    pub group: Option<Arc<Group>>,
    /// Whether the team is suspended.
    pub team_suspended: bool,
    /// Whether they may create teams if they do not run the instance: while the setting is on, everybody but service accounts.
    pub may_create_teams: bool,
    /// Whether they came with a token instead of a browser.
    pub by_token: bool,
}

record! {
    struct Found {
        administrator: bool,
        suspended: bool,
        email_verified: bool,
        password_expired: bool,
        role: Option<Role>,
        team_suspended: Option<bool>,
        team_create: Option<String>,
        service: bool,
        group_id: Option<GroupId>,
        group_name: Option<String>,
        switches: Option<Switches>,
        reach: Option<Reach>,
        new_environments: Option<Access>,
    }
}

record! {
    struct Level { environment: EnvironmentId, access: Access }
}

const SQL: &str = "SELECT p.administrator, p.suspended, p.email_verified, p.password_expired, p.service_of IS NOT NULL AS service, m.role, t.suspended AS team_suspended, \
                   (SELECT value FROM settings WHERE name = 'team:create') AS team_create, g.id AS group_id, g.name AS group_name, \
                   g.switches, g.reach, g.new_environments \
                   FROM people p LEFT JOIN teams t ON t.id = $2 LEFT JOIN members m ON m.team = t.id AND m.person = p.id \
                   LEFT JOIN product_members pm ON pm.product = $3 AND pm.person = p.id AND m.role IS NOT NULL \
                   LEFT JOIN permission_groups g ON g.id = pm.permission_group WHERE p.id = $1";

impl Held {
    /// Whether they hold everything in every product of the team.
    pub fn has_everything(&self) -> bool {
        self.administrator || self.role == Some(Role::Owner)
    }
}

impl Found {
    async fn group(&self, db: &Reader) -> Result<Option<Group>> {
        let (Some(id), Some(switches), Some(reach)) = (self.group_id, self.switches, self.reach) else { return Ok(None) };
        Ok(Some(Group {
            id,
            name: self.group_name.clone().unwrap_or_default(),
            switches,
            reach,
            new_environments: self.new_environments.unwrap_or_default(),
            environments: if reach == Reach::Custom { levels(db, id).await? } else { Levels::default() },
        }))
    }
}

/// The levels of a group that has one for each environment.
pub async fn levels(db: &Reader, group: GroupId) -> Result<Levels> {
    let sql = "SELECT environment, access FROM permission_group_environments WHERE permission_group = $1";
    Ok(db.all::<Level>(sql, args![group]).await?.into_iter().map(|level| (level.environment, level.access)).collect())
}

impl Grants {
    /// Reads what a person holds at a place: in its team, in its product, and on the instance.
    pub async fn load(db: &Reader, person: PersonId, place: &Place, credential: Option<&Credential>, needs_verified: bool) -> Result<Self> {
        let found: Option<Found> = db.one(SQL, args![person, place.team, place.product]).await?;
        let Some(found) = found else { return Ok(Self::Nobody) };
        Ok(Self::Person(Held {
            person,
            administrator: found.administrator,
            suspended: found.suspended,
            verified: found.email_verified || !needs_verified,
            password_expired: found.password_expired,
            role: found.role,
            group: found.group(db).await?.map(Arc::new),
            team_suspended: found.team_suspended.unwrap_or(false),
            may_create_teams: found.team_create.as_deref() != Some("false") && !found.service,
            by_token: credential.is_some_and(|credential| !credential.is_session()),
        }))
    }

    /// What is missing to turn `before` into `after` for somebody, of a product's environments: nobody hands out more than they hold.
    pub fn excess(&self, before: Option<&Group>, after: &Group, environments: &[EnvironmentId]) -> Excess {
        match self {
            Self::Person(held) if held.suspended => Excess { new_environments: true, ..Excess::default() },
            Self::Person(held) if held.has_everything() => Excess::default(),
            Self::Person(held) => match &held.group {
                Some(group) => excess(group, before, after, environments),
                None => excess(&Group::nothing(), before, after, environments),
            },
            Self::System | Self::Nobody => Excess { new_environments: true, ..Excess::default() },
        }
    }

    /// The access to an environment of the product.
    pub fn access(&self, environment: EnvironmentId) -> Access {
        match self {
            Self::Person(held) if held.has_everything() => Access::Full,
            Self::Person(held) => held.group.as_ref().map_or(Access::None, |group| group.access(environment)),
            Self::System => Access::Full,
            Self::Nobody => Access::None,
        }
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
            password_expired: actor.password_expired,
            role: None,
            group: None,
            team_suspended: false,
            may_create_teams: false,
            by_token: !actor.credential.is_session(),
        })
    }

    /// Locks what a decision rests on until the transaction ends. On SQLite the transaction holds the whole database already.
    ///
    /// The team comes first, always, then the person's row: two changes that lock in the same order do not deadlock. For the team they stand in a
    /// queue: a change of grants waits for those that came before it, and whoever comes after it waits for it.
    pub async fn lock(tx: &Writer, person: Option<PersonId>, team: Option<TeamId>, changes_grants: bool) -> Result<()> {
        let team = team.unwrap_or(TeamId(uuid::Uuid::nil()));
        tx.queue_for(team.0, if changes_grants { Hold::Alone } else { Hold::Together }).await?;
        if let Some(person) = person {
            let sql = tx.locking("SELECT id FROM people WHERE id = $1", "FOR NO KEY UPDATE");
            tx.value::<PersonId>(sql, args![person]).await?;
        }
        Ok(())
    }
}
