//! Names and default team of one's own account.

use crate::{
    audit::{Change, Event, Unaudited},
    authz::Authorized,
    error::{Error, Fields, Result},
    ids::TeamId,
    people::{Profile, permits::EditAccount, store},
    text::{Name, Username},
};

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<Name>,
    /// Another user name.
    pub username: Option<Username>,
    /// Another default team.
    pub default_team: Option<TeamId>,
}

impl Changes {
    /// Reads what was sent. A team that is none reads like one that one is not in.
    pub fn parse(name: Option<&str>, username: Option<&str>, default_team: Option<&str>) -> Result<Self> {
        let mut fields = Fields::default();
        let name = name.and_then(|name| fields.take("name", Name::parse(name)));
        let username = username.and_then(|username| fields.take("username", Username::parse(username)));
        let default_team = default_team.and_then(|team| fields.take("defaultTeam", team.parse().map_err(|_| NOT_IN_IT)));
        if fields.0.is_empty() { Ok(Self { name, username, default_team }) } else { Err(fields.into()) }
    }
}

const NOT_IN_IT: &str = "You are not in such a team.";

/// Changes one's own account.
pub async fn change(may: &Authorized<EditAccount>, changes: &Changes) -> Result<Profile> {
    let changed = may.change(async |tx| {
        let profile = tx.on();
        if profile.service_of.is_some() {
            return Err(Error::forbidden("A service account is renamed by the Owners of its team."));
        }
        // Names that were acceptable when they were given stay so.
        let username = changes.username.clone().map_or_else(|| Username::parse(&profile.username), Ok).map_err(Error::internal)?;
        let name = changes.name.clone().unwrap_or_else(|| Name::stored(&profile.name));
        let team = changes.default_team.or(profile.default_team);
        let mut fields = Fields::default();
        if store::find_by_username(&tx, &username).await?.is_some_and(|other| other.id != profile.id) {
            fields.add("username", format!("“{username}” is taken. Please choose another one."));
        }
        if let Some(team) = changes.default_team
            && !store::is_in(&tx, profile.id, team).await?
        {
            fields.add("defaultTeam", NOT_IN_IT);
        }
        if !fields.0.is_empty() {
            return Err(fields.into());
        }
        let shown = |team: Option<TeamId>| team.map_or_else(String::new, |team| team.to_string());
        let list = [
            Change::of("Name", &profile.name, &name),
            Change::of("User name", &profile.username, &username),
            Change::of("Default team", shown(profile.default_team), shown(team)),
        ];
        let list: Vec<Change> = list.into_iter().flatten().collect();
        if list.is_empty() {
            return Ok((profile.0.clone(), Event::Unaudited(Unaudited::Nothing)));
        }
        store::update(&tx, profile.id, &username, &name, team, tx.now()).await?;
        let after = store::profile(&tx, profile.id).await?.ok_or(Error::NotFound)?;
        Ok((after, Event::AccountChanged { who: profile.who(), changes: list }))
    });
    changed.await.map_err(|error| match error {
        Error::Conflict { code: "taken", .. } => Error::field("username", "Somebody else has just taken this user name."),
        other => other,
    })
}
