//! The queries about tags.

use super::Tag;
use crate::{
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{ConfigId, ProductId, TagId},
    text::Name,
};

/// A tag.
pub async fn one(db: &Reader, tag: TagId) -> Result<Option<Tag>> {
    let sql = "SELECT g.id, g.product, p.name AS product_name, p.team, t.slug AS team_slug, g.name, g.color \
               FROM tags g JOIN products p ON p.id = g.product JOIN teams t ON t.id = p.team WHERE g.id = $1";
    db.one(sql, args![tag]).await
}

record! {
    /// A tag in the list.
    #[derive(Clone, Debug)]
    pub struct Listed {
        /// The tag.
        pub id: TagId,
        /// Its word.
        pub name: String,
        /// Its colour.
        pub color: Option<String>,
        /// How many settings have it.
        pub flags: i64,
        /// The first config with a setting that has it.
        pub config: Option<ConfigId>,
    }
}

/// The tags of a product, by name.
pub async fn all(db: &Reader, product: ProductId) -> Result<Vec<Listed>> {
    let sql = "SELECT id, name, color, (SELECT count(*) FROM setting_tags h WHERE h.tag = g.id) AS flags, \
               (SELECT s.config FROM setting_tags h JOIN config_settings s ON s.id = h.setting JOIN configs c ON c.id = s.config \
                WHERE h.tag = g.id ORDER BY c.position, c.name_key LIMIT 1) AS config \
               FROM tags g WHERE product = $1 ORDER BY name_key LIMIT 10000";
    db.all(sql, args![product]).await
}

/// How many settings have a tag.
pub(super) async fn flags(db: &Reader, tag: TagId) -> Result<u64> {
    db.count("SELECT count(*) FROM setting_tags WHERE tag = $1", args![tag]).await
}

/// The names of the product’s other tags.
pub(super) async fn other_names(db: &Reader, product: ProductId, except: Option<TagId>) -> Result<Vec<String>> {
    match except {
        Some(id) => db.values("SELECT name FROM tags WHERE product = $1 AND id <> $2 LIMIT 10000", args![product, id]).await,
        None => db.values("SELECT name FROM tags WHERE product = $1 LIMIT 10000", args![product]).await,
    }
}

pub(super) async fn insert(tx: &Writer, tag: TagId, product: ProductId, name: &Name, color: Option<String>) -> Result<()> {
    let sql = "INSERT INTO tags (id, product, name, name_key, color) VALUES ($1, $2, $3, $4, $5)";
    tx.run(sql, args![tag, product, name, name.key(), color]).await.map(|_| ())
}

pub(super) async fn update(tx: &Writer, tag: TagId, name: &Name, color: Option<String>) -> Result<()> {
    tx.run("UPDATE tags SET name = $2, name_key = $3, color = $4 WHERE id = $1", args![tag, name, name.key(), color]).await.map(|_| ())
}

pub(super) async fn delete(tx: &Writer, tag: TagId) -> Result<()> {
    tx.run("DELETE FROM tags WHERE id = $1", args![tag]).await.map(|_| ())
}

/// Which of these numbers are taken.
pub async fn taken(db: &Reader, ids: &[TagId]) -> Result<Vec<TagId>> {
    db.among("SELECT id FROM tags WHERE id IN", ids.iter().map(|id| (*id).into()).collect()).await
}

/// Keeps tags as they are given.
pub async fn put_all(tx: &Writer, tags: &[Tag]) -> Result<()> {
    let row = |tag: &Tag| args![tag.id, tag.product, tag.name.as_str(), tag.name.to_lowercase(), tag.color.clone()];
    tx.put("INSERT INTO tags (id, product, name, name_key, color)", tags.iter().map(row).collect()).await
}
