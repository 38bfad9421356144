//! The queries about products.

use super::{EnvironmentBrief, Product, ProductMember};
use crate::{
    db::{Reader, args},
    error::Result,
    ids::{PersonId, ProductId},
};

/// A product.
pub async fn one(db: &Reader, product: ProductId) -> Result<Option<Product>> {
    let sql = "SELECT p.id, p.team, t.name AS team_name, t.slug AS team_slug, p.name, p.description, p.position, p.key_style, \
               p.show_variation_id, p.hint_mandatory, p.note_required, p.default_group, p.created_at \
               FROM products p JOIN teams t ON t.id = p.team WHERE p.id = $1";
    db.one(sql, args![product]).await
}

/// The environments of a product, in their order.
pub async fn environments_of(db: &Reader, product: ProductId) -> Result<Vec<EnvironmentBrief>> {
    let sql = "SELECT id, name, color, note_required FROM environments WHERE product = $1 ORDER BY position, id LIMIT 1000";
    db.all(sql, args![product]).await
}

/// A person's place in a product.
pub async fn member(db: &Reader, product: ProductId, person: PersonId) -> Result<Option<ProductMember>> {
    let sql = "SELECT pm.product, p.name AS product_name, p.team, t.slug AS team_slug, pm.person, a.username, a.name, m.role, \
               pm.permission_group AS \"group\", g.name AS group_name, pm.joined_at \
               FROM product_members pm JOIN products p ON p.id = pm.product JOIN teams t ON t.id = p.team \
               JOIN members m ON m.team = p.team AND m.person = pm.person JOIN people a ON a.id = pm.person \
               JOIN permission_groups g ON g.id = pm.permission_group WHERE pm.product = $1 AND pm.person = $2";
    db.one(sql, args![product, person]).await
}
