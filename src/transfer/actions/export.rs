//! The verbs of carrying out.

use super::team_of;
use crate::{
    audit::log::{self, Chain},
    authz::{Authorized, Grants},
    clock::Time,
    db::Reader,
    error::{Error, Result},
    ids::{ProductId, TeamId},
    products::{self, Product},
    teams::{self, Team},
    transfer::{
        document::{Document, LeftOut, TeamPart, VERSION},
        export::{self, Sees},
        permits::{ExportEverything, ExportProduct, ExportTeam},
        progress::Progress,
        state::{People, State},
    },
};

/// How often an export begins again because something changed meanwhile.
const TRIES: usize = 5;

/// Carries a product out, as far as the actor may see it.
pub async fn export_product(may: &Authorized<ExportProduct>) -> Result<Document> {
    let db = may.read();
    undisturbed(&db, may.team, || only_product(&db, may.id, may.grants(), may.now())).await
}

async fn only_product(db: &Reader, product: ProductId, grants: &Grants, now: Time) -> Result<Document> {
    let product = products::one(db, product).await?.ok_or(Error::NotFound)?;
    let mut document = Document { burgee: VERSION, ..Document::default() };
    let people = People::read(db, product.team, &[product.id], now).await?;
    let state = State::read(db, product).await?;
    document.products.push(export::product(&state, &people, &Sees(grants), &mut document.left_out)?);
    Ok(document)
}

/// Carries a team out, with everything in it.
pub async fn export_team(may: &Authorized<ExportTeam>) -> Result<Document> {
    let db = may.read();
    let (part, left_out) = undisturbed(&db, may.id, || whole_team(&db, may.id, may.grants(), may.now())).await?;
    Ok(Document { burgee: VERSION, teams: vec![part], products: vec![], left_out })
}

/// What is carried out on the command line.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Only this team.
    pub team: Option<String>,
    /// Only the products of this name.
    pub product: Option<String>,
}

/// Carries teams out, on the command line.
///
/// # Errors
/// At `team` or `product` if there is no such one.
pub async fn export_everything(may: &Authorized<ExportEverything>, which: &Which, progress: &Progress) -> Result<Document> {
    let db = may.read();
    let mut document = Document { burgee: VERSION, ..Document::default() };
    let all = match &which.team {
        Some(slug) => vec![team_of(&db, slug).await?],
        None => every_team(&db).await?,
    };
    for (at, team) in all.iter().enumerate() {
        progress.tell(at, all.len(), team.name.clone());
        let (part, mut left_out) = undisturbed(&db, team.id, || whole_team(&db, team.id, &Grants::System, may.now())).await?;
        document.teams.push(part);
        document.left_out.append(&mut left_out);
    }
    if let Some(name) = &which.product {
        let found =
            document.teams.drain(..).flat_map(|team| team.products).filter(|product| product.name.eq_ignore_ascii_case(name.trim()));
        document.products = found.collect();
        if document.products.is_empty() {
            return Err(Error::field("product", format!("There is no product called {name}.")));
        }
    }
    Ok(document)
}

async fn every_team(db: &Reader) -> Result<Vec<Team>> {
    let mut all: Vec<Team> = vec![];
    loop {
        let some = teams::all(db, "", all.last().map(|team| team.id), 200).await?;
        let more = some.len() == 200;
        for found in some {
            all.extend(teams::one(db, found.id).await?);
        }
        if !more {
            return Ok(all);
        }
    }
}

/// Reads while nothing happens in a team: everything that happens there is in its log.
async fn undisturbed<T, F: Future<Output = Result<T>>>(db: &Reader, team: TeamId, read: impl Fn() -> F) -> Result<T> {
    for _ in 1..TRIES {
        let before = log::position(db, Chain::Team(team)).await?;
        let done = read().await;
        if log::position(db, Chain::Team(team)).await? == before {
            return done;
        }
    }
    read().await
}

async fn whole_team(db: &Reader, team: TeamId, grants: &Grants, now: Time) -> Result<(TeamPart, Vec<LeftOut>)> {
    let team = teams::one(db, team).await?.ok_or(Error::NotFound)?;
    let products: Vec<Product> = products::of_team(db, team.id).await?;
    let ids: Vec<_> = products.iter().map(|product| product.id).collect();
    let people = People::read(db, team.id, &ids, now).await?;
    let (mut part, mut left_out) = (export::team(&team, &people), vec![]);
    for product in products {
        let state = State::read(db, product).await?;
        part.products.push(export::product(&state, &people, &Sees(grants), &mut left_out)?);
    }
    Ok((part, left_out))
}
