//! Applications that have asked for their flags during the last day, so that keys have been used.

use super::{
    product::Product,
    scene::{Scene, text},
};
use crate::{
    audit::Way,
    authz::Mint,
    error::{Error, Result},
    sdk_keys,
};

/// What applications say they are, and how often they ask within an hour.
const PROGRAMS: [(&str, i64); 3] =
    [("ConfigCat-UnifiedJS-Browser/a-1.1.0", 46), ("ConfigCat-Python/a-10.0.1", 12), ("ConfigCat-Go/a-9.1.0", 5)];

/// Asks in the name of applications, hour by hour, and notes it as the server does.
pub async fn run(scene: &Scene, products: &[&Product]) -> Result<()> {
    let mut keys = vec![];
    for product in products {
        for (name, environment) in product.environments(scene).await? {
            let path = format!("/api/v1/products/{}/configs/{}/environments/{environment}/sdk-keys", product.id, product.config);
            let found = scene.call("dana", axum::http::Method::GET, &path, None).await?;
            keys.push((if name == "Production" { 1 } else { 9 }, text(&found["primary"], "key")));
        }
    }
    let keeping = tokio::spawn(sdk_keys::keep(scene.app().clone()));
    for hour in (0..24).rev() {
        scene.minutes_ago(hour * 60);
        for (rarely, key) in &keys {
            for (agent, often) in PROGRAMS {
                // Fewer at night than at noon, whatever the hour is.
                for _ in 0..(often - (hour - 12).abs()) / rarely {
                    scene.fetch(&format!("/configuration-files/{key}/config_v6.json"), agent).await?;
                }
            }
        }
        sdk_keys::note_uses(Mint::new(scene.app(), Way::System)).await.map_err(Error::internal)?;
    }
    keeping.abort();
    let _ = keeping.await;
    Ok(())
}
