//! What stands around formulas: all that decides whether one may be saved, and the names that its words need.

use std::collections::BTreeSet;

use flag_eval::model::Kind;

use super::{
    Setting,
    formula::{Around, Other, Variation, read_value},
    value_store::{self, VariationRow},
};
use crate::{
    configs::Config,
    db::Reader,
    error::{Error, Result},
    ids::{ConfigId, ProductId},
    segments::{self, comparison},
};

/// A stored variation as what it is.
pub(super) fn variation(row: VariationRow) -> Result<Variation> {
    let value = read_value(row.kind, &row.value).map_err(|why| Error::internal(format!("a variation that cannot be read: {why}")))?;
    Ok(Variation { id: row.id, value, name: row.name, hint: row.hint })
}

/// The predefined variations of a setting.
pub(super) async fn variations_of(db: &Reader, setting: &Setting) -> Result<Vec<Variation>> {
    value_store::variations(db, setting.id).await?.into_iter().map(variation).collect()
}

/// Everything around the formulas of a setting.
pub(super) async fn of(db: &Reader, setting: &Setting) -> Result<Around> {
    named(db, setting.product, setting.config, plainly(db, setting).await?).await
}

/// The same for formulas without rules: what rules ask for is left out.
pub(super) async fn plainly(db: &Reader, setting: &Setting) -> Result<Around> {
    Ok(Around {
        kind: setting.kind,
        is_json: setting.is_json,
        generation: setting.generation,
        variations: variations_of(db, setting).await?,
        segments: Default::default(),
        beyond_first: Default::default(),
        settings: Default::default(),
    })
}

/// What the words of all formulas of a config need; variations are each setting's own.
pub(super) async fn of_config(db: &Reader, config: &Config) -> Result<Around> {
    let around = Around {
        kind: Kind::Bool,
        is_json: false,
        generation: config.evaluation_version,
        variations: vec![],
        segments: Default::default(),
        beyond_first: Default::default(),
        settings: Default::default(),
    };
    named(db, config.product, config.id, around).await
}

/// The same with the names of what rules ask for.
pub(super) async fn named(db: &Reader, product: ProductId, config: ConfigId, around: Around) -> Result<Around> {
    let names = value_store::segments(db, product).await?;
    let others = value_store::briefs(db, config).await?;
    let mut beyond_first = BTreeSet::new();
    if around.generation < 2 {
        for segment in segments::all(db, product).await? {
            let conditions = segments::read(&segment.conditions)?;
            if !comparison::is_of_first_generation(&conditions) {
                beyond_first.insert(segment.id);
            }
        }
    }
    Ok(Around {
        beyond_first,
        segments: names.into_iter().map(|segment| (segment.id, segment.name)).collect(),
        settings: others.into_iter().map(|other| (other.id, Other { key: other.key, name: other.name, kind: other.kind })).collect(),
        ..around
    })
}
