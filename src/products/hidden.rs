//! Environments that somebody has no access to. What they get (answers, order, counts, refusals) is the same whatever such an environment holds:
//! what would have to look into it is refused, before it looks, with a sentence that knows nothing but its name.

use super::{EnvironmentBrief, environments_of};
use crate::{
    authz::{Access, Grants},
    db::Reader,
    error::{Error, Result},
    ids::ProductId,
};

/// The names of those environments to which somebody has no access.
pub fn hidden_from<'a>(grants: &Grants, environments: &'a [EnvironmentBrief]) -> Vec<&'a str> {
    let hidden = environments.iter().filter(|environment| grants.access(environment.id) == Access::None);
    hidden.map(|environment| environment.name.as_str()).collect()
}

/// Why somebody cannot do `deed`, which rests on the values in every environment of a product, if they have no access to one of them. It names
/// those environments: names are for everybody in the product.
pub async fn why_not_everywhere(db: &Reader, grants: &Grants, product: ProductId, deed: &str) -> Result<Option<String>> {
    let environments = environments_of(db, product).await?;
    let hidden = hidden_from(grants, &environments);
    let why = || format!("{deed} takes access to every environment of the product. You have no access to {}.", hidden.join(", "));
    Ok((!hidden.is_empty()).then(why))
}

/// Refuses what [`why_not_everywhere`] has a reason against.
///
/// # Errors
/// `Forbidden`, with that reason.
pub async fn see_everywhere(db: &Reader, grants: &Grants, product: ProductId, deed: &str) -> Result<()> {
    match why_not_everywhere(db, grants, product, deed).await? {
        None => Ok(()),
        Some(why) => Err(Error::forbidden(why)),
    }
}
