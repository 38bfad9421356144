//! The verbs about integrations.

use std::collections::BTreeMap;

use super::{
    Integration, Service,
    jobs::Tell,
    permits::{ChangeIntegration, CreateIntegration, DeleteIntegration, ListIntegrations},
    store::{self, Row},
};
use crate::{
    audit::{
        Change, Event, ProductEvent, Unaudited,
        product_event::{ConfigRef, EnvironmentRef},
    },
    authz::{Access, Authorized, Grants, Resource as _},
    configs,
    db::Reader,
    deliveries::{self, Target as _},
    error::{Error, Fields, Result},
    ids::{ConfigId, DeliveryId, EnvironmentId, IntegrationId, ProductId},
    products::{LONGEST_NAME, environments_of},
    text::Name,
    webhooks::Published,
};

/// So many parameters at most, with names and values of at most so many characters.
const PARAMETERS: (usize, usize, usize) = (20, 255, 1000);
/// So many integrations of a product at most.
const MOST: usize = 500;

/// What an integration is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    kind: Service,
    name: Name,
    parameters: BTreeMap<String, String>,
    environments: Vec<EnvironmentId>,
    configs: Vec<ConfigId>,
}

impl Wanted {
    /// Reads what was sent; no environments or no configs means all of them. What is wrong stands at `name`, `parameters` or `parameters.apiKey`.
    pub fn parse(
        kind: Service,
        name: &str,
        parameters: BTreeMap<String, String>,
        environments: Vec<EnvironmentId>,
        configs: Vec<ConfigId>,
    ) -> Result<Self> {
        let mut fields = Fields::default();
        let name = fields.take("name", Name::up_to(LONGEST_NAME, name));
        let (most, longest_name, longest_value) = PARAMETERS;
        let long = |(name, value): (&String, &String)| name.chars().count() > longest_name || value.chars().count() > longest_value;
        if parameters.len() > most || parameters.iter().any(long) {
            fields.add("parameters", format!("At most {most} parameters, with values of at most {longest_value} characters."));
        }
        kind.check(&parameters, &mut fields);
        match name {
            Some(name) if fields.0.is_empty() => Ok(Self { kind, name, parameters, environments, configs }),
            _ => Err(fields.into()),
        }
    }

    fn row(&self) -> Result<Row<'_>> {
        Ok(Row {
            name: self.name.as_str(),
            parameters: serde_json::to_string(&self.parameters).map_err(Error::internal)?,
            configs: serde_json::to_string(&self.configs).map_err(Error::internal)?,
            environments: serde_json::to_string(&self.environments).map_err(Error::internal)?,
        })
    }

    /// Whether what it is for is in the product. What it was for before may be gone by now, and stays.
    async fn check(&self, db: &Reader, product: ProductId, before: Option<&Integration>) -> Result<()> {
        let mut fields = Fields::default();
        let known = environments_of(db, product).await?;
        let had = before.map(Integration::environments).transpose()?.unwrap_or_default();
        if !self.environments.iter().all(|id| known.iter().any(|known| known.id == *id) || had.contains(id)) {
            fields.add("environments", "There is no such environment in this product.");
        }
        let known = configs::all(db, product).await?;
        let had = before.map(Integration::configs).transpose()?.unwrap_or_default();
        if !self.configs.iter().all(|id| known.iter().any(|known| known.id == *id) || had.contains(id)) {
            fields.add("configs", "There is no such config in this product.");
        }
        if fields.0.is_empty() { Ok(()) } else { Err(fields.into()) }
    }
}

/// Refuses what would tell values to somebody who has no access to them.
async fn sees(db: &Reader, grants: &Grants, product: ProductId, environments: &[EnvironmentId]) -> Result<()> {
    let known = environments_of(db, product).await?;
    let meant = known.iter().filter(|known| environments.is_empty() || environments.contains(&known.id));
    let unseen: Vec<&str> = meant.filter(|known| grants.access(known.id) == Access::None).map(|known| known.name.as_str()).collect();
    match unseen.is_empty() {
        true => Ok(()),
        false => Err(Error::forbidden(format!("It tells values of {}, to which you have no access.", unseen.join(", ")))),
    }
}

/// The integrations of a product.
pub async fn list(may: &Authorized<ListIntegrations>) -> Result<Vec<Integration>> {
    visible(&may.read(), may.grants(), may.id).await
}

/// The integrations of a product that are there for somebody.
async fn visible(db: &Reader, grants: &Grants, product: ProductId) -> Result<Vec<Integration>> {
    let mut all = store::all(db, product).await?;
    all.retain(|integration| !integration.is_hidden_from(grants));
    Ok(all)
}

/// Creates an integration.
///
/// # Errors
/// `Forbidden` if it would tell values of an environment to which the actor has no access; `environments`, `configs` if there are no such.
pub async fn create(may: &Authorized<CreateIntegration>, wanted: &Wanted) -> Result<Integration> {
    may.change(async |tx| {
        let product = tx.on().id;
        wanted.check(&tx, product, None).await?;
        sees(&tx, tx.grants_held(), product, &wanted.environments).await?;
        // Those that are hidden from the actor do not count: whether there are any is not for them to know.
        if visible(&tx, tx.grants_held(), product).await?.len() >= MOST {
            return Err(Error::refused("too_many_integrations", format!("A product has at most {MOST} integrations.")));
        }
        let id = IntegrationId::new();
        store::insert(&tx, id, product, wanted.kind, wanted.row()?, tx.now()).await?;
        let made = store::one(&tx, id).await?.ok_or(Error::NotFound)?;
        let changes = Change::of("Service", "", wanted.kind.label()).into_iter().collect();
        let event = ProductEvent::IntegrationCreated { at: made.at(), integration: made.reference(), changes };
        Ok((made, Event::from(event)))
    })
    .await
}

/// Changes an integration: everything but its service is as wanted afterwards.
///
/// # Errors
/// As [`create`], for what it told before as well; `kind` if it is another service.
pub async fn change(may: &Authorized<ChangeIntegration>, wanted: &Wanted) -> Result<Integration> {
    may.change(async |tx| {
        let before = tx.on();
        if before.kind != wanted.kind {
            return Err(Error::field("kind", "The service of an integration stays what it is."));
        }
        wanted.check(&tx, before.product, Some(before)).await?;
        sees(&tx, tx.grants_held(), before.product, &before.environments()?).await?;
        sees(&tx, tx.grants_held(), before.product, &wanted.environments).await?;
        let (had, has) = (before.parameters()?, &wanted.parameters);
        let names = |parameters: &BTreeMap<String, String>| parameters.keys().cloned().collect::<Vec<_>>().join(", ");
        let other = |same: bool| if same { "" } else { "changed" };
        let list = [
            Change::of("Name", &before.name, &wanted.name),
            Change::of("Parameters", names(&had), names(has)),
            // Most of them are secrets.
            Change::of("Values of parameters", "", other(had == *has || names(&had) != names(has))),
            Change::of("Environments", "", other(before.environments()? == wanted.environments)),
            Change::of("Configs", "", other(before.configs()? == wanted.configs)),
        ];
        let changes: Vec<Change> = list.into_iter().flatten().collect();
        if changes.is_empty() {
            return Ok((before.clone(), Event::Unaudited(Unaudited::Nothing)));
        }
        store::update(&tx, before.id, wanted.row()?).await?;
        let after = store::one(&tx, before.id).await?.ok_or(Error::NotFound)?;
        let event = ProductEvent::IntegrationChanged { at: after.at(), integration: after.reference(), changes };
        Ok((after, Event::from(event)))
    })
    .await
}

/// Deletes an integration: its service is told nothing more.
///
/// # Errors
/// `Forbidden` if it tells values of an environment to which the actor has no access.
pub async fn delete(may: &Authorized<DeleteIntegration>) -> Result<()> {
    may.change(async |tx| {
        let integration = tx.on();
        sees(&tx, tx.grants_held(), integration.product, &integration.environments()?).await?;
        store::delete(&tx, integration.id).await?;
        Ok(((), Event::from(ProductEvent::IntegrationDeleted { at: integration.at(), integration: integration.reference() })))
    })
    .await
}

/// Sends a message that says that nothing has changed, to try whether it arrives.
///
/// # Errors
/// `not_told` if nothing is sent to its service.
pub async fn send_test(may: &Authorized<ChangeIntegration>) -> Result<DeliveryId> {
    let by = may.person().map_or_else(String::new, |actor| actor.name.clone());
    may.change(async |tx| {
        let integration = tx.on();
        if !integration.kind.is_told() {
            return Err(Error::refused("not_told", format!("Nothing is sent to {}.", integration.kind.label())));
        }
        // Of no config and no environment.
        let published = Published {
            product: integration.product,
            config: ConfigRef { id: ConfigId(uuid::Uuid::nil()), name: String::new() },
            environment: EnvironmentRef { id: EnvironmentId(uuid::Uuid::nil()), name: String::new(), color: None },
            by: by.clone(),
            note: None,
            changes: vec![],
            test: true,
        };
        let about = serde_json::to_string(&published).map_err(Error::internal)?;
        let queued = deliveries::queue(&tx, Tell(integration.id), integration.product, &about, tx.now()).await?;
        Ok((queued, Event::Unaudited(Unaudited::Delivery)))
    })
    .await
}

/// Sends again what was sent before, if the actor sees the environment that it is about.
pub async fn send_again(may: &Authorized<ChangeIntegration>, delivery: DeliveryId) -> Result<DeliveryId> {
    may.change(async |tx| {
        let target = Tell(tx.on().id);
        let sent = deliveries::find(&tx, delivery).await?.filter(|sent| sent.target == target.name()).ok_or(Error::NotFound)?;
        if !seen(tx.grants_held(), &sent.about) {
            return Err(Error::NotFound);
        }
        let queued = deliveries::queue(&tx, target, sent.product, &sent.about, tx.now()).await?;
        Ok((queued, Event::Unaudited(Unaudited::Delivery)))
    })
    .await
}

/// Whether somebody may know what a delivery tells.
pub(super) fn seen(grants: &Grants, about: &str) -> bool {
    let published = serde_json::from_str::<Published>(about);
    published.is_ok_and(|published| published.test || grants.access(published.environment.id) > Access::None)
}
