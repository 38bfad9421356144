//! The queries about webhooks.

use super::{ConfigInEnvironment, Method, Webhook};
use crate::{
    clock::Time,
    db::{Reader, Sql, Writer, args, record},
    error::Result,
    ids::{ConfigId, EnvironmentId, PersonId, ProductId, SegmentId, WebhookId},
};

const SELECT: &str = "SELECT w.id, w.config, c.name AS config_name, w.environment, e.name AS environment_name, e.color AS environment_color, \
     c.product, p.name AS product_name, p.team, t.slug AS team_slug, w.url, w.method, w.content, w.headers, w.key1, w.key2, w.created_at \
     FROM webhooks w JOIN configs c ON c.id = w.config JOIN environments e ON e.id = w.environment JOIN products p ON p.id = c.product \
     JOIN teams t ON t.id = p.team";

/// A webhook.
pub async fn one(db: &Reader, webhook: WebhookId) -> Result<Option<Webhook>> {
    db.one(Sql::made(format!("{SELECT} WHERE w.id = $1")), args![webhook]).await
}

/// The webhooks of a product, by environment and config. Whoever lists them leaves out those in environments that the reader has no access to.
pub async fn all(db: &Reader, product: ProductId) -> Result<Vec<Webhook>> {
    let sql = format!("{SELECT} WHERE c.product = $1 ORDER BY e.position, c.position, w.id LIMIT 20000");
    db.all(Sql::made(sql), args![product]).await
}

/// The ids of the webhooks of a config in an environment.
pub async fn of_pair(db: &Reader, config: ConfigId, environment: EnvironmentId) -> Result<Vec<WebhookId>> {
    record! { struct Found { id: WebhookId } }
    let sql = "SELECT id FROM webhooks WHERE config = $1 AND environment = $2 ORDER BY id LIMIT 1000";
    Ok(db.all::<Found>(sql, args![config, environment]).await?.into_iter().map(|found| found.id).collect())
}

/// A config and an environment, if they are of one product.
pub(super) async fn pair(db: &Reader, config: ConfigId, environment: EnvironmentId) -> Result<Option<ConfigInEnvironment>> {
    let sql = "SELECT c.id AS config, e.id AS environment, p.id AS product, p.team FROM configs c \
               JOIN environments e ON e.product = c.product JOIN products p ON p.id = c.product WHERE c.id = $1 AND e.id = $2";
    db.one(sql, args![config, environment]).await
}

/// What is stored of a webhook, besides where it is.
pub(super) struct Row<'a> {
    pub url: &'a str,
    pub method: Method,
    pub content: Option<String>,
    pub headers: String,
}

pub(super) async fn insert(tx: &Writer, id: WebhookId, at: &ConfigInEnvironment, row: Row<'_>, key: &str, now: Time) -> Result<()> {
    let sql = "INSERT INTO webhooks (id, config, environment, url, method, content, headers, key1, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tx.run(sql, args![id, at.config, at.environment, row.url, row.method, row.content, row.headers, key, now]).await.map(|_| ())
}

/// Which of these numbers are taken.
pub(super) async fn taken(db: &Reader, ids: &[WebhookId]) -> Result<Vec<WebhookId>> {
    db.among("SELECT id FROM webhooks WHERE id IN", ids.iter().map(|id| (*id).into()).collect()).await
}

pub(super) async fn update(tx: &Writer, id: WebhookId, row: Row<'_>) -> Result<()> {
    let sql = "UPDATE webhooks SET url = $2, method = $3, content = $4, headers = $5 WHERE id = $1";
    tx.run(sql, args![id, row.url, row.method, row.content, row.headers]).await.map(|_| ())
}

pub(super) async fn set_keys(tx: &Writer, id: WebhookId, key1: Option<String>, key2: Option<String>) -> Result<()> {
    tx.run("UPDATE webhooks SET key1 = $2, key2 = $3 WHERE id = $1", args![id, key1, key2]).await.map(|_| ())
}

pub(super) async fn delete(tx: &Writer, id: WebhookId) -> Result<()> {
    tx.run("DELETE FROM webhooks WHERE id = $1", args![id]).await.map(|_| ())
}

/// The mailbox of somebody, for those who are told who changed something.
pub(super) async fn email(db: &Reader, person: PersonId) -> Result<Option<String>> {
    db.value("SELECT email FROM people WHERE id = $1", args![person]).await
}

record! {
    /// A setting whose value in an environment rests on a segment.
    pub(super) struct Use {
        pub key: String,
        pub config: ConfigId,
        pub config_name: String,
        pub environment: EnvironmentId,
        pub environment_name: String,
        pub environment_color: Option<String>,
    }
}

/// Everything that is served differently when a segment changes.
pub(super) async fn uses(db: &Reader, segment: SegmentId) -> Result<Vec<Use>> {
    let sql = "SELECT DISTINCT s.key, s.config, c.name AS config_name, u.environment, e.name AS environment_name, \
               e.color AS environment_color FROM formula_uses u JOIN config_settings s ON s.id = u.setting \
               JOIN configs c ON c.id = s.config JOIN environments e ON e.id = u.environment \
               WHERE u.segment = $1 ORDER BY s.config, u.environment, s.key LIMIT 10000";
    db.all(sql, args![segment]).await
}
