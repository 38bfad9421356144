//! The verbs about settings and their values.

mod delete;
mod setting;
mod value;
mod variations;

pub use delete::delete;
pub use setting::{Changes, Initial, NewSetting, To, change, create, shift, tag};
pub use value::{CHANGED_MEANWHILE, Write, Written, restore, switch, write};
pub use variations::{NewVariation, set_variations};

use flag_eval::model::Kind;

use super::{
    Setting,
    formula::{Around, Other, Variation, read_value},
    value_store::{self, VariationRow},
};
use crate::{
    db::Reader,
    error::{Error, Result},
};

/// A stored variation as what it is.
pub(super) fn variation(kind: Kind, row: VariationRow) -> Result<Variation> {
    let value = read_value(kind, &row.value).map_err(|why| Error::internal(format!("a variation that cannot be read: {why}")))?;
    Ok(Variation { id: row.id, value, name: row.name, hint: row.hint })
}

/// The predefined variations of a setting.
pub(super) async fn variations_of(db: &Reader, setting: &Setting) -> Result<Vec<Variation>> {
    let rows = value_store::variations(db, setting.id).await?;
    rows.into_iter().map(|row| variation(setting.kind, row)).collect()
}

/// All that decides whether a formula of a setting may be saved, and that its words need.
pub(super) async fn around(db: &Reader, setting: &Setting) -> Result<Around> {
    let segments = value_store::segments(db, setting.product).await?;
    let others = value_store::briefs(db, setting.config).await?;
    Ok(Around {
        segments: segments.into_iter().map(|segment| (segment.id, segment.name)).collect(),
        settings: others.into_iter().map(|other| (other.id, Other { key: other.key, name: other.name, kind: other.kind })).collect(),
        ..plainly(db, setting).await?
    })
}

/// The same for formulas without rules: what rules ask for is left out.
pub(super) async fn plainly(db: &Reader, setting: &Setting) -> Result<Around> {
    Ok(Around {
        kind: setting.kind,
        is_json: setting.is_json,
        generation: setting.generation,
        variations: variations_of(db, setting).await?,
        segments: Default::default(),
        settings: Default::default(),
    })
}
