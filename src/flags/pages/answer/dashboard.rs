//! The dashboard: a constant number of queries, whatever the number of flags.

use std::collections::HashMap;

use super::{Scene, drawn, tabs, words};
use crate::{
    api::{Params, Query},
    authz::{Authorized, By, Permission},
    clock::{DAY, Time},
    error::Result,
    flags::{
        Formula, around,
        formula::{Around, Glance, Variation},
        pages::{Cell, Column, Dashboard, FlagRow, Flip, Shown, TagFilter},
        permits::{CreateSetting, ReadSettings},
        store::{self, Listed},
        told::{self, Variations},
        value_store::{self, ValueRow},
    },
    ids::{EnvironmentId, SettingId, TagId, VersionId},
    products::InTeam,
    ui::{Access, Action, Html, Tab},
};

/// How many flags a page shows.
const STRETCH: usize = 250;
/// A flag that nobody has changed for so many days is stale.
const STALE: i64 = 60;

/// Which flags.
#[derive(Default, serde::Deserialize)]
pub struct Wanted {
    #[serde(default)]
    environment: String,
    #[serde(default)]
    search: String,
    #[serde(default)]
    tag: Vec<TagId>,
    #[serde(default)]
    after: Option<SettingId>,
    #[serde(default)]
    stale: String,
}

impl Params for Wanted {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("environment", "the environment to be shown in full"),
        ("search", "part of a name, a key or a hint"),
        ("tag", "a tag that they have; several: any of them"),
        ("after", "after this flag"),
        ("stale", "`on`: only those that nobody has changed for 60 days; or another number of days"),
    ];
}

impl Wanted {
    /// The query of the same page with other tags, environment and place.
    fn query(&self, tags: &[TagId], environment: &str, after: Option<SettingId>) -> String {
        let mut parts: Vec<(&str, String)> = vec![];
        if !self.search.trim().is_empty() {
            parts.push(("search", self.search.trim().to_owned()));
        }
        parts.extend(tags.iter().map(|tag| ("tag", tag.to_string())));
        if !environment.is_empty() {
            parts.push(("environment", environment.to_owned()));
        }
        if self.stale_only() {
            parts.push(("stale", self.stale.trim().to_owned()));
        }
        parts.extend(after.map(|after| ("after", after.to_string())));
        if parts.is_empty() { String::new() } else { format!("?{}", serde_html_form::to_string(parts).unwrap_or_default()) }
    }

    fn stale_only(&self) -> bool {
        !self.stale.trim().is_empty()
    }

    /// For how many days nobody has changed what is stale.
    fn stale_days(&self) -> i64 {
        self.stale.trim().parse().ok().filter(|days| (1..=10_000).contains(days)).unwrap_or(STALE)
    }

    /// Whether nothing but the place in the list is asked for.
    fn is_whole(&self) -> bool {
        self.search.trim().is_empty() && self.tag.is_empty() && !self.stale_only()
    }

    fn fits(&self, flag: &Listed, tags: &[TagId]) -> bool {
        let search = self.search.trim().to_lowercase();
        let found = |text: &str| text.to_lowercase().contains(&search);
        let named = search.is_empty() || found(&flag.name) || found(&flag.key) || flag.hint.as_deref().is_some_and(found);
        named && (self.tag.is_empty() || self.tag.iter().any(|tag| tags.contains(tag)))
    }
}

pub async fn dashboard(may: By<InTeam, ReadSettings>, Query(wanted): Query<Wanted>) -> Result<Html<Dashboard>> {
    let db = may.read();
    let scene = Scene::of(&may, may.product).await?;
    let path = format!("{}/configs/{}", scene.product.path(), may.id);
    let full = if wanted.environment.trim().is_empty() { None } else { Some(scene.named(&may, &wanted.environment)?) };
    let columns: Vec<Column> = scene
        .environments
        .iter()
        .map(|environment| Column {
            environment: drawn(environment),
            access: scene.access(&may, environment.id),
            href: format!("{path}{}", wanted.query(&wanted.tag, &environment.id.to_string(), None)),
        })
        .collect();
    let all = store::list(&db, may.id).await?;
    let total = all.len();
    let mut tags_of: HashMap<SettingId, Vec<(TagId, String)>> = HashMap::new();
    for row in value_store::tags_in(&db, may.id).await? {
        tags_of.entry(row.setting).or_default().push((row.id, row.name));
    }
    let ids = |flag: &Listed| tags_of.get(&flag.id).map(|tags| tags.iter().map(|(id, _)| *id).collect::<Vec<_>>()).unwrap_or_default();
    let mut values = Values::load(&may, &scene, full.map(|environment| environment.id)).await?;
    let stale: HashMap<SettingId, i64> = all
        .iter()
        .filter_map(|flag| Some((flag.id, values.unchanged_for(flag, may.now()).filter(|days| *days >= wanted.stale_days())?)))
        .collect();
    let fits = |flag: &Listed| wanted.fits(flag, &ids(flag)) && (!wanted.stale_only() || stale.contains_key(&flag.id));
    let fitting: Vec<(usize, &Listed)> = all.iter().enumerate().filter(|(_, flag)| fits(flag)).collect();
    let from = match wanted.after {
        Some(after) => all.iter().position(|flag| flag.id == after).map_or(0, |at| fitting.partition_point(|(place, _)| *place <= at)),
        None => 0,
    };
    let stretch = &fitting[from..fitting.len().min(from + STRETCH)];
    let writes = Rights::of(&may, total, wanted.is_whole() && full.is_none());
    let rows = stretch.iter().map(|(_, flag)| {
        // Seen from this page: a page of a thousand cells is half as long.
        let href = format!("{}/flags/{}", may.id, flag.id);
        let (cells, lines, changed) = values.row(&scene, &columns, flag)?;
        Ok(FlagRow {
            id: flag.id.to_string(),
            name: flag.name.clone(),
            key: flag.key.clone(),
            by: flag.creator.clone().unwrap_or_default(),
            tags: tags_of.get(&flag.id).map(|tags| tags.iter().map(|(_, name)| name.clone()).collect()).unwrap_or_default(),
            stale: stale.get(&flag.id).map(|days| days.unsigned_abs()),
            cells,
            lines,
            changed,
            href,
        })
    });
    let more = (from + stretch.len() < fitting.len()).then(|| stretch.last().map(|(_, flag)| flag.id)).flatten();
    let configs = value_store::configs_of(&db, may.product).await?;
    let here = full.map(|environment| environment.id.to_string()).unwrap_or_default();
    Ok(Html(Dashboard {
        rows: rows.collect::<Result<_>>()?,
        frame: scene.frame(&may, &may.name, None).await?,
        topic: format!("config:{}", may.id),
        around: format!("around:{}", may.product),
        configs: configs
            .iter()
            .map(|config| Tab::new(&config.name, format!("{}/configs/{}", scene.product.path(), config.id)).here(config.id == may.id))
            .collect(),
        tabs: tabs(&may, &scene.product, &path, "Flags and settings"),
        may_create: may.also::<CreateSetting>(&may),
        menu: writes.menu(),
        may_order: writes.order,
        search: wanted.search.trim().to_owned(),
        tags: filter(&may, &wanted, &path, &here).await?,
        stale: (!stale.is_empty() || wanted.stale_only()).then_some(stale.len() as u64),
        stale_only: wanted.stale_only(),
        columns,
        environment: here.clone(),
        shown: fitting.len() as u64,
        total: total as u64,
        more: more.map(|after| format!("{path}{}", wanted.query(&wanted.tag, &here, Some(after)))),
        path,
    }))
}

/// The tags of the product, with where each leads.
async fn filter(may: &Authorized<ReadSettings>, wanted: &Wanted, path: &str, here: &str) -> Result<Vec<TagFilter>> {
    let tags = value_store::tags_of_product(&may.read(), may.product).await?;
    let each = tags.into_iter().map(|tag| {
        let chosen = wanted.tag.contains(&tag.id);
        let then: Vec<TagId> = match chosen {
            true => wanted.tag.iter().copied().filter(|id| *id != tag.id).collect(),
            false => wanted.tag.iter().copied().chain([tag.id]).collect(),
        };
        TagFilter { id: tag.id.to_string(), name: tag.name, chosen, href: format!("{path}{}", wanted.query(&then, here, None)) }
    });
    Ok(each.collect())
}

/// What the reader may do with the flags.
struct Rights {
    write: bool,
    tag: bool,
    delete: bool,
    order: bool,
}

impl Rights {
    fn of(may: &Authorized<ReadSettings>, total: usize, in_order: bool) -> Self {
        let place = crate::authz::Resource::place(&**may);
        let write = may.may(Permission::SettingWrite, &place);
        Self {
            write,
            tag: may.may(Permission::SettingTag, &place),
            delete: may.may(Permission::SettingDelete, &place),
            order: write && in_order && total <= STRETCH,
        }
    }

    /// What they may do with one of them, whose address is to take the place of `{flag}`.
    fn menu(&self) -> Vec<Action> {
        let mut menu = vec![];
        if self.write {
            menu.push(Action::dialog("Edit…", "pencil", "{flag}/edit".to_owned()));
        } else if self.tag {
            menu.push(Action::dialog("Tags…", "tag", "{flag}/tags".to_owned()));
        }
        if self.order {
            menu.push(Action::post("Move up", "arrow-up", "{flag}/move".to_owned()).with("to", "up"));
            menu.push(Action::post("Move down", "arrow-down", "{flag}/move".to_owned()).with("to", "down"));
        }
        if self.delete {
            menu.push(Action::dialog("Delete…", "trash", "{flag}/delete".to_owned()).danger());
        }
        menu
    }
}

/// The values that the reader may see.
struct Values {
    of: HashMap<SettingId, Vec<ValueRow>>,
    /// Whether there is any environment whose values may be seen.
    any: bool,
    variations: Variations,
    /// Where one environment is shown in full.
    full: Option<Full>,
}

/// What is told of the values of one environment besides.
struct Full {
    environment: EnvironmentId,
    /// What the words of whole rules need.
    around: Around,
    /// Who changed them last.
    updaters: HashMap<SettingId, String>,
}

/// What stands in a row: its cells, and in full its rules and last change.
type Row = (Vec<Cell>, Vec<crate::flags::pages::Line>, Option<(crate::ui::Moment, String)>);

impl Values {
    async fn load(may: &Authorized<ReadSettings>, scene: &Scene, full: Option<EnvironmentId>) -> Result<Self> {
        let db = may.read();
        let seen: Vec<EnvironmentId> = scene.seen(may).iter().map(|environment| environment.id).collect();
        let mut of: HashMap<SettingId, Vec<ValueRow>> = HashMap::new();
        for row in value_store::values_in(&db, may.id, &seen).await? {
            of.entry(row.setting).or_default().push(row);
        }
        let full = match full {
            Some(environment) => {
                let updaters = value_store::updaters_in(&db, may.id, environment).await?;
                let updaters = updaters.into_iter().map(|row| (row.setting, row.name)).collect();
                Some(Full { environment, around: around::of_config(&db, may).await?, updaters })
            }
            None => None,
        };
        Ok(Self { of, variations: told::variations_in(&db, may.id).await?, full, any: !seen.is_empty() })
    }

    fn of(&self, flag: SettingId) -> &[ValueRow] {
        self.of.get(&flag).map_or(&[], Vec::as_slice)
    }

    /// For how many days nobody has changed a flag in any environment that the reader sees; nothing where they see none.
    fn unchanged_for(&self, flag: &Listed, now: Time) -> Option<i64> {
        let last = self.of(flag.id).iter().map(|row| row.updated_at).fold(flag.created_at, Time::max);
        self.any.then(|| now.since(last) / DAY)
    }

    fn row(&mut self, scene: &Scene, columns: &[Column], flag: &Listed) -> Result<Row> {
        let stored = self.of.remove(&flag.id).unwrap_or_default();
        let variations = self.variations.get(&flag.id).map_or(&[][..], Vec::as_slice);
        let mut row: Row = (vec![], vec![], None);
        for (environment, column) in scene.environments.iter().zip(columns) {
            if self.full.as_ref().is_some_and(|full| full.environment != environment.id) {
                continue;
            }
            if column.access == Access::None {
                row.0.push(Cell { shown: Shown::Hidden, summary: String::new(), pending: None });
                continue;
            }
            let stored = stored.iter().find(|value| value.environment == environment.id);
            let glance = match (&mut self.full, stored) {
                (Some(full), stored) => {
                    let formula = stored.map_or_else(|| Ok(Formula::empty(flag.kind)), |stored| Formula::read(&stored.formula))?;
                    full.around.variations = variations.to_vec();
                    row.1 = words::lines(&formula, &full.around);
                    row.2 = stored.and_then(|stored| Some((stored.updated_at.into(), full.updaters.remove(&flag.id)?)));
                    formula.glance()
                }
                (None, Some(stored)) => Glance::read(&stored.formula)?,
                (None, None) => Formula::empty(flag.kind).glance(),
            };
            let version = stored.map_or(VersionId::NONE, |stored| stored.version);
            row.0.push(cell(&glance, variations, column, version, scene.note_required(environment)));
        }
        Ok(row)
    }
}

/// A cell of the dashboard.
pub(super) fn cell(glance: &Glance, variations: &[Variation], column: &Column, version: VersionId, note: bool) -> Cell {
    let summary = glance.summary(variations);
    let shown = match (&glance.default, column.access) {
        (_, Access::None) => Shown::Hidden,
        (_, Access::ReadOnly) => Shown::Read(summary.value),
        (flag_eval::model::Value::Bool(on), Access::Full) if glance.split.is_empty() => {
            let flip = Flip { value: !on, environment: column.environment.id.clone(), version: version.to_string() };
            Shown::Switch { on: *on, flip, note }
        }
        (_, Access::Full) => Shown::Value(summary.value),
    };
    Cell { shown, summary: summary.note, pending: None }
}
