//! The queries about integrations.

use super::{Integration, Service};
use crate::{
    clock::Time,
    db::{Reader, Sql, Writer, args},
    error::Result,
    ids::{IntegrationId, ProductId},
};

const SELECT: &str = "SELECT i.id, i.product, p.name AS product_name, p.team, t.slug AS team_slug, i.kind, i.name, i.parameters, i.configs, \
     i.environments FROM integrations i JOIN products p ON p.id = i.product JOIN teams t ON t.id = p.team";

/// An integration.
pub async fn one(db: &Reader, integration: IntegrationId) -> Result<Option<Integration>> {
    db.one(Sql::made(format!("{SELECT} WHERE i.id = $1")), args![integration]).await
}

/// The integrations of a product, in the order in which they were made.
pub(super) async fn all(db: &Reader, product: ProductId) -> Result<Vec<Integration>> {
    db.all(Sql::made(format!("{SELECT} WHERE i.product = $1 ORDER BY i.id LIMIT 10000")), args![product]).await
}

/// Those with a service that is told what changes.
pub(super) async fn told(db: &Reader, product: ProductId) -> Result<Vec<Integration>> {
    let sql = format!("{SELECT} WHERE i.product = $1 AND i.kind = $2 ORDER BY i.id LIMIT 1000");
    db.all(Sql::made(sql), args![product, Service::Slack]).await
}

/// What is stored of an integration.
pub(super) struct Row<'a> {
    pub name: &'a str,
    pub parameters: String,
    pub configs: String,
    pub environments: String,
}

pub(super) async fn insert(tx: &Writer, id: IntegrationId, product: ProductId, kind: Service, row: Row<'_>, now: Time) -> Result<()> {
    let sql = "INSERT INTO integrations (id, product, kind, name, parameters, configs, environments, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    tx.run(sql, args![id, product, kind, row.name, row.parameters, row.configs, row.environments, now]).await.map(|_| ())
}

pub(super) async fn update(tx: &Writer, id: IntegrationId, row: Row<'_>) -> Result<()> {
    let sql = "UPDATE integrations SET name = $2, parameters = $3, configs = $4, environments = $5 WHERE id = $1";
    tx.run(sql, args![id, row.name, row.parameters, row.configs, row.environments]).await.map(|_| ())
}

pub(super) async fn delete(tx: &Writer, id: IntegrationId) -> Result<()> {
    tx.run("DELETE FROM integrations WHERE id = $1", args![id]).await.map(|_| ())
}
