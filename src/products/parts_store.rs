//! The queries that put parts into a product.

use super::parts::{NewConfig, NewEnvironment, NewGroup, fresh_salt};
use crate::{
    authz::GrantWriter,
    clock::Time,
    db::{Writer, args},
    error::Result,
    ids::{ConfigId, EnvironmentId, GroupId, ProductId, VersionId},
    serving,
};

/// The formula of a setting in an environment where nobody has chosen anything: the empty value of its kind.
const EMPTY: [&str; 4] = [r#"{"default":{"b":false}}"#, r#"{"default":{"s":""}}"#, r#"{"default":{"i":0}}"#, r#"{"default":{"d":0.0}}"#];

/// Puts an environment into a product: groups with a level for each environment give the one for new ones, every setting has its empty value
/// there, and every config is served there.
pub async fn put_environment(tx: &GrantWriter<'_>, product: ProductId, new: &NewEnvironment, now: Time) -> Result<EnvironmentId> {
    let id = EnvironmentId::new();
    let next = "SELECT COALESCE(MAX(position), -1) + 1 FROM environments WHERE product = $1";
    let position = place(tx, next, product, new.position).await?;
    let sql = "INSERT INTO environments (id, product, name, name_key, color, description, position, note_required, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let (color, description) = (text(new.color.as_ref()), text(new.description.as_ref()));
    tx.run(sql, args![id, product, &new.name, new.name.key(), color, description, position, new.note_required, now]).await?;
    let sql = "INSERT INTO permission_group_environments (permission_group, environment, access) \
               SELECT id, $2, new_environments FROM permission_groups WHERE product = $1 AND reach = 3 AND new_environments > 0";
    tx.run(sql, args![product, id]).await?;
    let sql = "INSERT INTO setting_values (setting, environment, formula, version, updater, updated_at) \
               SELECT s.id, $2, CASE s.kind WHEN 0 THEN $3 WHEN 1 THEN $4 WHEN 2 THEN $5 ELSE $6 END, $7, NULL, $8 \
               FROM config_settings s JOIN configs c ON c.id = s.config WHERE c.product = $1";
    let [boolean, string, int, double] = EMPTY;
    tx.run(sql, args![product, id, boolean, string, int, double, VersionId::new(), now]).await?;
    serving::store::open_environment(tx, id, now).await?;
    Ok(id)
}

/// Puts a config into a product, to be served in every environment.
pub async fn put_config(tx: &Writer, product: ProductId, new: &NewConfig, now: Time) -> Result<ConfigId> {
    let id = ConfigId::new();
    let next = "SELECT COALESCE(MAX(position), -1) + 1 FROM configs WHERE product = $1";
    let position = place(tx, next, product, new.position).await?;
    let sql = "INSERT INTO configs (id, product, name, name_key, description, position, evaluation_version, salt, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let description = text(new.description.as_ref());
    tx.run(sql, args![id, product, &new.name, new.name.key(), description, position, new.version.stored(), fresh_salt(), now]).await?;
    serving::store::open_config(tx, id, now).await?;
    Ok(id)
}

/// Puts a permission group into a product.
pub async fn put_group(tx: &GrantWriter<'_>, product: ProductId, new: &NewGroup, now: Time) -> Result<GroupId> {
    let id = GroupId(tx.number("permission-group").await?);
    let sql = "INSERT INTO permission_groups (id, product, name, name_key, switches, reach, new_environments, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    tx.run(sql, args![id, product, &new.name, new.name.key(), new.switches, new.reach, new.new_environments, now]).await?;
    for (environment, access) in &new.environments {
        let sql = "INSERT INTO permission_group_environments (permission_group, environment, access) VALUES ($1, $2, $3)";
        tx.run(sql, args![id, *environment, *access]).await?;
    }
    Ok(id)
}

/// The place that was asked for, or the last.
async fn place(tx: &Writer, next: &'static str, product: ProductId, wanted: Option<i64>) -> Result<i64> {
    match wanted {
        Some(position) => Ok(position),
        None => Ok(tx.value(next, args![product]).await?.unwrap_or(0)),
    }
}

fn text(prose: Option<&crate::text::Prose>) -> Option<String> {
    prose.map(ToString::to_string)
}
