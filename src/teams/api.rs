//! Teams as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Changes, Counted, NewTeam, Team, TeamKey, actions,
    permits::{ChangeTeam, CheckSlug, CreateTeam, DeleteTeam, ListTeams, ReadTeam, SuspendTeam},
    store,
};
use crate::{
    api::{Body, Json, Meta, Okay, Page, Params, Query},
    authz::{Authorized, By, NoNames, SignedIn},
    error::{Error, Result},
    ids::TeamId,
    text::Slug,
};

/// The one kind of team there is: everybody has everything.
#[derive(Serialize, ToSchema)]
pub struct TeamType {
    id: &'static str,
    name: &'static str,
}

pub(crate) const TYPE: TeamType = TeamType { id: "team", name: "team" };

/// Links of a team.
#[derive(Serialize, ToSchema)]
pub struct Links {
    /// Its own address in the API.
    #[serde(rename = "self")]
    itself: String,
}

/// A team.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TeamView {
    /// The team.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    #[serde(rename = "type")]
    kind: TeamType,
    /// Its place in addresses.
    pub slug: String,
    /// An image of its mark.
    pub avatar: String,
    /// Whether an administrator has suspended it.
    pub suspended: bool,
    /// How many projects it has.
    pub project_count: i64,
    /// How many Owners and Members it has.
    pub member_count: i64,
    /// When it was created.
    pub created_at: String,
    /// When its name or slug was last changed.
    pub updated_at: String,
    /// Its addresses.
    links: Links,
}

impl TeamView {
    /// A team with how many people are in it.
    pub fn of(team: &Team, members: i64, url: &str) -> Self {
        Self {
            id: team.id.to_string(),
            name: team.name.clone(),
            kind: TYPE,
            slug: team.slug.clone(),
            avatar: format!("{url}/avatar/{}", team.id),
            suspended: team.suspended,
            project_count: 0,
            member_count: members,
            created_at: team.created_at.iso(),
            updated_at: team.updated_at.iso(),
            links: links(team.id, url),
        }
    }

    fn counted(team: &Counted, url: &str) -> Self {
        let Counted { id, name, slug, suspended, created_at, updated_at, owners, members } = team.clone();
        Self::of(&Team { id, name, slug, suspended, created_at, updated_at }, owners + members, url)
    }
}

/// The links of a team.
pub(crate) fn links(team: TeamId, url: &str) -> Links {
    Links { itself: format!("{url}/api/v1/teams/{team}") }
}

/// Teams of the instance.
#[derive(Serialize, ToSchema)]
pub struct Teams {
    meta: Meta,
    count: u64,
    teams: Vec<TeamView>,
}

/// A new team.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateBody {
    /// Its name.
    name: String,
    /// Its slug; made of the name if absent.
    slug: Option<String>,
    /// Its kind: `team`, or absent.
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// What is to be changed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBody {
    /// Another name.
    name: Option<String>,
    /// Another slug.
    slug: Option<String>,
    /// For administrators: suspend it, or end that.
    suspended: Option<bool>,
}

/// A slug in question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlugBody {
    slug: String,
}

/// A role by its number.
#[derive(Serialize, ToSchema)]
pub struct RoleView {
    /// 50 Owner, 30 Member, 5 Guest, 99 an administrator who is no member.
    role: i64,
}

/// A list of teams, or one by its slug.
#[derive(Deserialize)]
pub struct TeamsQuery {
    slug: Option<String>,
    #[serde(default)]
    limit: crate::api::Limit,
    cursor: crate::api::Cursor,
    query: Option<String>,
}

impl Params for TeamsQuery {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("slug", "one team by its slug; without it all teams, for administrators"),
        ("limit", "how many at most, 1 to 200; 30 if not said"),
        ("cursor", "next_cursor of the stretch before"),
        ("query", "only teams whose name or slug contains this"),
    ];
    const TYPES: &'static [(&'static str, &'static str)] = &[("limit", "integer")];
}

pub(super) async fn create(may: Authorized<CreateTeam>, Body(body): Body<CreateBody>) -> Result<Json<TeamView>> {
    if body.kind.as_deref().is_some_and(|kind| kind != TYPE.id) {
        return Err(Error::field("type", "unknown team type"));
    }
    let new = NewTeam::parse(&body.name, body.slug.as_deref().unwrap_or_default())?;
    let team = actions::create(&may, &new).await?;
    Ok(Json(TeamView::of(&team, 1, &may.app().config.public_url)))
}

pub(super) async fn list(may: SignedIn, Query(query): Query<TeamsQuery>) -> Result<axum::response::Response> {
    use axum::response::IntoResponse as _;
    if let Some(slug) = &query.slug {
        let slug = Slug::parse(slug).map_err(|_| Error::NotFound)?;
        let team = store::by_slug(&may.read(), &slug).await?.ok_or(Error::NotFound)?;
        let may = may.on::<ReadTeam>(&TeamKey::of(team.id)).await?;
        return Ok(read_view(&may).await?.into_response());
    }
    let may = may.on::<ListTeams>(&NoNames {}).await?;
    let page = Page { limit: query.limit, cursor: query.cursor, query: query.query };
    let search = page.query.as_deref().unwrap_or_default();
    let found = store::all(&may.read(), search, page.after()?, page.limit()).await?;
    let url = &may.app().config.public_url;
    let teams = found.iter().map(|team| TeamView::counted(team, url)).collect();
    let meta = Meta::after(&found, page.limit(), |team| team.id.to_string());
    Ok(Json(Teams { meta, count: store::count(&may.read()).await?, teams }).into_response())
}

async fn read_view(may: &Authorized<ReadTeam>) -> Result<Json<TeamView>> {
    let counts = store::counts(&may.read(), may.id, may.now()).await?;
    Ok(Json(TeamView::of(may, counts.owners + counts.members, &may.app().config.public_url)))
}

pub(super) async fn read(may: Authorized<ReadTeam>) -> Result<Json<TeamView>> {
    read_view(&may).await
}

pub(super) async fn read_by_slug(may: By<super::BySlug, ReadTeam>) -> Result<Json<TeamView>> {
    read_view(&may).await
}

pub(super) async fn own_role(may: Authorized<ReadTeam>) -> Result<Json<RoleView>> {
    let mine = store::of_person(&may.read(), may.actor()?.person).await?;
    let role = mine.iter().find(|team| team.id == may.id).map_or(99, |team| team.role.into());
    Ok(Json(RoleView { role }))
}

pub(super) async fn update(may: Authorized<ReadTeam>, Body(body): Body<ChangeBody>) -> Result<Json<TeamView>> {
    let key = TeamKey::of(may.id);
    // Everything is decided before anything is changed.
    let suspending = match body.suspended {
        Some(suspended) => Some((may.on::<SuspendTeam>(&key).await?, suspended)),
        None => None,
    };
    if body.name.is_some() || body.slug.is_some() || suspending.is_none() {
        let changing = may.on::<ChangeTeam>(&key).await?;
        actions::change(&changing, &Changes::parse(body.name.as_deref(), body.slug.as_deref())?).await?;
    }
    match suspending {
        Some((may, true)) => actions::suspend(&may).await?,
        Some((may, false)) => actions::resume(&may).await?,
        None => {}
    }
    read_view(&may.on::<ReadTeam>(&key).await?).await
}

pub(super) async fn delete(may: Authorized<DeleteTeam>) -> Result<Json<Okay>> {
    actions::delete(&may).await?;
    Ok(Okay::answer())
}

pub(super) async fn check_slug(may: Authorized<CheckSlug>, Body(body): Body<SlugBody>) -> Result<Json<Okay>> {
    let conflict = |message: String| Error::conflict("invalid_slug", message);
    let slug = Slug::parse(&body.slug).map_err(|why| conflict(why.into_owned()))?;
    match actions::check_slug(&may.read(), &slug, None).await {
        Ok(()) => Ok(Okay::answer()),
        Err(Error::Invalid(_)) => Err(conflict(format!("“{slug}” is taken."))),
        Err(error) => Err(error),
    }
}
