//! Settings of a config, and what they are in each environment.

use std::collections::{BTreeMap, HashMap, HashSet};

use flag_eval::{cycles, model::Kind};

use super::{Planner, ValueChange, product::Scope};
use crate::{
    authz::{Access, Kind as On},
    configs::Config,
    environments::Environment,
    error::Result,
    flags::{
        Formula, LONGEST_HINT, Setting, SettingKey,
        formula::{Around, Limit, Other, Variation, check, check_value, kind_of},
        permits::{CreateSetting, TagSettings},
        whole::Whole,
    },
    ids::{EnvironmentId, SegmentId, SettingId, TagId},
    products::LONGEST_NAME,
    segments::comparison,
    text::{Name, Prose},
    transfer::{
        document::{ConfigPart, SettingPart, ValuePart, VariationPart},
        formula::{self, Meaning, key, place_of},
        outcome::Thing,
    },
};

/// What is said of settings from a config file, which has no hints, where something must be said.
const FROM_FILE: &str = "Imported from a config file.";

/// A config whose settings are planned.
#[derive(Clone, Copy)]
pub struct InConfig<'a> {
    /// The config.
    pub config: &'a Config,
    /// What the document says about it.
    pub part: Option<&'a ConfigPart>,
    /// Where.
    pub place: &'a str,
    /// The tags of the product by name.
    pub tags: &'a HashMap<String, TagId>,
}

/// A setting while it is planned.
struct Planned<'a> {
    part: Option<(String, &'a SettingPart)>,
    whole: Whole,
    is_new: bool,
    /// What it is to be, where the document says so.
    wanted: Vec<(EnvironmentId, Formula)>,
}

impl Planner<'_> {
    /// The settings of a config. Gives the segments by name back, for the next config.
    pub(super) fn settings(
        &mut self,
        at: InConfig<'_>,
        segments: HashMap<String, SegmentId>,
        scope: &mut Scope<'_>,
    ) -> Result<HashMap<String, SegmentId>> {
        let mut all: Vec<Planned<'_>> = scope
            .state
            .settings_of(at.config.id)
            .map(|whole| Planned { part: None, whole: whole.clone(), is_new: false, wanted: vec![] })
            .collect();
        self.name_settings(at, scope, &mut all);
        let meaning = Meaning {
            segments,
            settings: all.iter().map(|one| (one.whole.setting.key.clone(), (one.whole.setting.id, one.whole.setting.kind))).collect(),
        };
        let other = |setting: &Setting| Other { key: setting.key.clone(), name: setting.name.clone(), kind: setting.kind };
        let mut beyond_first = std::collections::BTreeSet::new();
        for segment in scope.plan.all_segments.iter().filter(|_| at.config.evaluation_version < 2) {
            if !comparison::is_of_first_generation(&segment.conditions()?) {
                beyond_first.insert(segment.id);
            }
        }
        let mut around = Around {
            beyond_first,
            kind: Kind::Bool,
            is_json: false,
            generation: at.config.evaluation_version,
            variations: vec![],
            segments: scope.plan.all_segments.iter().map(|segment| (segment.id, segment.name.clone())).collect(),
            settings: all.iter().map(|one| (one.whole.setting.id, other(&one.whole.setting))).collect(),
        };
        for one in all.iter_mut().filter(|one| one.part.is_some()) {
            around.kind = one.whole.setting.kind;
            around.is_json = one.whole.setting.is_json;
            around.variations.clone_from(&one.whole.variations);
            self.wanted_values(one, &meaning, &around, scope);
        }
        self.circles(&all, at, scope);
        for one in all {
            self.decide_values(one, scope);
        }
        scope
            .plan
            .all_settings
            .extend(around.settings.into_iter().map(|(id, other)| (id, at.config.id, other.key, other.name, other.kind)));
        Ok(meaning.segments)
    }

    /// Finds the settings of the document among those that are there, and gives numbers to the others.
    fn name_settings<'a>(&mut self, at: InConfig<'a>, scope: &Scope<'_>, all: &mut Vec<Planned<'a>>) {
        let mut by_key: HashMap<String, usize> =
            all.iter().enumerate().map(|(number, one)| (one.whole.setting.key.clone(), number)).collect();
        let mut seen = HashSet::new();
        let mut position = all.iter().map(|one| one.whole.setting.position + 1).max().unwrap_or(0);
        let may_create = scope.is_new || self.importer.may::<CreateSetting>(&scope.at(On::Config));
        let may_tag = scope.is_new || self.importer.may::<TagSettings>(&scope.at(On::Config));
        for (number, part) in at.part.into_iter().flat_map(|part| &part.settings).enumerate() {
            let place = format!("{}.settings[{number}]", at.place);
            let Some(wanted) = self.wrong.take(format!("{place}.key"), SettingKey::parse(&part.key)) else { continue };
            if !seen.insert(wanted.as_str().to_owned()) {
                self.wrong.add(format!("{place}.key"), "Another setting of this config has this key.");
                continue;
            }
            let Some(kind) = kind_of(&part.kind) else {
                self.wrong.add(format!("{place}.type"), "Please say `boolean`, `string`, `int` or `double`.");
                continue;
            };
            if part.json && kind != Kind::Text {
                self.wrong.add(format!("{place}.json"), "Only texts can be JSON.");
            }
            let name = part.name.as_deref().unwrap_or(wanted.as_str());
            let name = self.wrong.take(format!("{place}.name"), Name::up_to(LONGEST_NAME, name));
            let hint = self.hint(&place, part.hint.as_deref());
            let tags = self.tags_of(part, &place, at.tags);
            let variations = self.variations(part, &place, kind);
            let Some(name) = name else { continue };
            if let Some(found) = by_key.get(wanted.as_str()) {
                let found = &mut all[*found];
                self.compare_setting(found, part, &place, &tags, &variations);
                found.part = Some((place, part));
                continue;
            }
            if !may_create {
                self.forbid(place.clone(), "You may not create flags and settings in this product.");
            }
            if !may_tag && !tags.is_empty() {
                self.forbid(format!("{place}.tags"), "You may not tag flags in this product.");
            }
            let wants_hint = !scope.is_new && scope.plan.product.hint_mandatory;
            let hint = hint.or_else(|| (wants_hint && self.options.fill).then(|| FROM_FILE.to_owned()));
            if wants_hint && hint.as_deref().is_none_or(|hint| hint.trim().is_empty()) {
                self.wrong.add(format!("{place}.hint"), "This product wants a hint for every flag and setting.");
            }
            let product = &scope.plan.product;
            let setting = Setting {
                id: self.ids.setting(&format!("{place}.id"), part.id),
                config: at.config.id,
                config_name: at.config.name.clone(),
                generation: at.config.evaluation_version,
                product: product.id,
                product_name: product.name.clone(),
                team: product.team,
                team_slug: product.team_slug.clone(),
                key: wanted.as_str().to_owned(),
                name: name.to_string(),
                hint,
                kind,
                is_json: part.json,
                position,
                creator: self.importer.person,
                created_at: self.importer.now,
            };
            position += 1;
            let variations: Vec<Variation> = variations
                .into_iter()
                .zip(&part.variations)
                .map(|(found, part)| Variation { id: self.ids.variation(part.id), ..found })
                .collect();
            self.outcome.make(Thing::Setting, &place, &setting.name, &at.config.name);
            by_key.insert(setting.key.clone(), all.len());
            let whole = Whole { setting, tags, variations, values: vec![] };
            all.push(Planned { part: Some((place, part)), whole, is_new: true, wanted: vec![] });
        }
        if u64::try_from(all.len()).is_ok_and(|many| many > Limit::SETTINGS) {
            let message = format!("A config has at most {} flags and settings.", Limit::SETTINGS);
            self.wrong.add(format!("{}.settings", at.place), message);
        }
    }

    fn tags_of(&mut self, part: &SettingPart, place: &str, tags: &HashMap<String, TagId>) -> Vec<TagId> {
        let mut found = vec![];
        for (number, name) in part.tags.iter().enumerate() {
            match tags.get(&key(name)) {
                Some(tag) if found.contains(tag) => {}
                Some(tag) => found.push(*tag),
                None => self.wrong.add(format!("{place}.tags[{number}]"), format!("There is no tag “{name}” in this product.")),
            }
        }
        found
    }

    fn hint(&mut self, place: &str, hint: Option<&str>) -> Option<String> {
        let hint = hint.and_then(|hint| self.wrong.take(format!("{place}.hint"), Prose::up_to(LONGEST_HINT, hint)));
        hint.map(|hint| hint.to_string())
    }

    /// The predefined variations, still without ids.
    fn variations(&mut self, part: &SettingPart, place: &str, kind: Kind) -> Vec<Variation> {
        let mut all: Vec<Variation> = vec![];
        if part.variations.len() > Limit::VARIATIONS {
            let message = format!("A setting has at most {} predefined variations.", Limit::VARIATIONS);
            self.wrong.add(format!("{place}.variations"), message);
            return all;
        }
        for (number, VariationPart { value, name, hint, .. }) in part.variations.iter().enumerate() {
            let place = format!("{place}.variations[{number}]");
            let value = formula::value(kind, value);
            if let Err(why) = check_value(kind, part.json, &value) {
                self.wrong.add(format!("{place}.value"), why);
            } else if all.iter().any(|other| other.value == value) {
                self.wrong.add(format!("{place}.value"), "Another variation has this value already.");
            }
            let name = name.as_deref().and_then(|name| self.wrong.take(format!("{place}.name"), Name::up_to(LONGEST_NAME, name)));
            let name = name.map(|name| name.to_string());
            let hint = self.hint(&place, hint.as_deref()).filter(|hint| !hint.is_empty());
            all.push(Variation { id: crate::ids::VariationId(uuid::Uuid::nil()), value, name, hint });
        }
        all
    }

    /// Whether a setting that is there is as the document says.
    fn compare_setting(&mut self, found: &Planned<'_>, part: &SettingPart, place: &str, tags: &[TagId], variations: &[Variation]) {
        let setting = &found.whole.setting;
        self.same(place, "name", part.name.as_deref(), &setting.name);
        self.same(place, "hint", part.hint.as_deref(), setting.hint.as_deref().unwrap_or_default());
        self.same(place, "type", kind_of(&part.kind).map(|kind| kind.to_string()).as_deref(), &setting.kind.to_string());
        if part.json != setting.is_json && !self.options.fill {
            self.outcome.conflict(
                format!("{place}.json"),
                if setting.is_json { "Here its texts are JSON." } else { "Here its texts are no JSON." },
            );
        }
        if !tags.is_empty() && tags != found.whole.tags {
            self.outcome.conflict(format!("{place}.tags"), "Here it has other tags.");
        }
        let told =
            |all: &[Variation]| -> Vec<_> { all.iter().map(|one| (one.value.clone(), one.name.clone(), one.hint.clone())).collect() };
        if !variations.is_empty() && told(variations) != told(&found.whole.variations) {
            self.outcome.conflict(format!("{place}.variations"), "Here it has other predefined variations.");
        }
        self.outcome.present(Thing::Setting);
    }

    /// Reads and checks what the document says that a setting is.
    fn wanted_values(&mut self, one: &mut Planned<'_>, meaning: &Meaning, around: &Around, scope: &Scope<'_>) {
        let Some((place, part)) = &one.part else { return };
        for (name, value) in &part.values.0 {
            let place = format!("{place}.values.{name}");
            let Some(environment) = scope.environment(name) else {
                self.wrong.add(place, "There is no such environment in this product.");
                continue;
            };
            let Some(formula) = formula::read(around.kind, value, &place, meaning, &mut self.wrong) else { continue };
            // In an environment that came later, a setting has the empty value, whatever it can have.
            let untouched = formula == Formula::empty(around.kind);
            if let Err(fields) = check(&formula, around)
                && !untouched
            {
                let plain = matches!(value, ValuePart::Plain(_));
                fields.0.into_iter().for_each(|(field, message)| self.wrong.add(place_of(&place, &field, plain), message));
                continue;
            }
            one.wanted.push((environment.id, formula));
        }
    }

    /// Looks for settings that would wait for each other.
    fn circles(&mut self, all: &[Planned<'_>], at: InConfig<'_>, scope: &Scope<'_>) {
        let keys: BTreeMap<SettingId, &str> = all.iter().map(|one| (one.whole.setting.id, one.whole.setting.key.as_str())).collect();
        for environment in &scope.environments {
            let formula = |one: &Planned<'_>| {
                let wanted = one.wanted.iter().find(|(id, _)| *id == environment.id).map(|(_, formula)| formula.clone());
                wanted.unwrap_or_else(|| one.whole.value(environment.id))
            };
            if !all.iter().any(|one| one.wanted.iter().any(|(id, formula)| *id == environment.id && !formula.prerequisites().is_empty())) {
                continue;
            }
            let edges = all.iter().map(|one| {
                let wanted = formula(one).prerequisites();
                (one.whole.setting.key.as_str(), wanted.iter().filter_map(|id| keys.get(id).copied()).collect::<Vec<_>>())
            });
            if let Some(cycle) = cycles::find(edges) {
                let message = format!("Circular dependency detected in {}. {}", environment.name, cycle.keys.join(" ➔ "));
                self.wrong.add(format!("{}.settings", at.place), message);
            }
        }
    }

    /// Decides what is written of a setting, and where.
    fn decide_values(&mut self, one: Planned<'_>, scope: &mut Scope<'_>) {
        let Planned { part, mut whole, is_new, wanted } = one;
        let place = part.map(|(place, _)| place).unwrap_or_default();
        let environments = scope.environments.clone();
        for environment in environments {
            let wants = wanted.iter().find(|(id, _)| *id == environment.id).map(|(_, formula)| formula);
            let empty = if is_new { whole.beginning() } else { Formula::empty(whole.setting.kind) };
            let first = is_new || scope.new_environments.contains(&environment.id);
            let at_value = format!("{place}.values.{}", environment.name);
            match wants {
                None if first => self.first_value(&mut whole, is_new, &environment, empty, scope),
                None => {}
                Some(formula) if self.importer.access(environment.id) == Access::None && (*formula != empty || !first) => {
                    self.forbid(at_value, format!("You have no access to {}.", environment.name));
                }
                Some(formula) if first => {
                    if *formula != empty {
                        self.needs_to_write(&environment, &at_value);
                    }
                    let there = !scope.new_environments.contains(&environment.id);
                    let needs_note = there && (scope.plan.product.note_required || environment.note_required) && *formula != empty;
                    if !is_new {
                        self.make_value(&whole, &environment, &at_value);
                    }
                    if needs_note {
                        // It begins empty, and the change that follows has the note.
                        self.first_value(&mut whole, is_new, &environment, empty.clone(), scope);
                        self.change_value(&whole, &environment, empty, formula.clone(), &at_value, scope);
                    } else {
                        self.first_value(&mut whole, is_new, &environment, formula.clone(), scope);
                    }
                }
                Some(formula) => {
                    let here = whole.value(environment.id);
                    let formula = &formula.clone().with_hints_of(&here);
                    if here == *formula {
                        self.outcome.present(Thing::Value);
                    } else if self.options.fill && here == empty {
                        self.needs_to_write(&environment, &at_value);
                        self.make_value(&whole, &environment, &at_value);
                        self.change_value(&whole, &environment, here, formula.clone(), &at_value, scope);
                    } else {
                        self.outcome.conflict(at_value, format!("Here it is something else in {}.", environment.name));
                    }
                }
            }
        }
        if is_new {
            scope.plan.settings.push(whole);
        }
    }

    fn needs_to_write(&mut self, environment: &Environment, place: &str) {
        if self.importer.access(environment.id) < Access::Full {
            self.forbid(place, format!("You may not change values in {}.", environment.name));
        }
    }

    fn make_value(&mut self, whole: &Whole, environment: &Environment, place: &str) {
        let name = format!("{} in {}", whole.setting.name, environment.name);
        self.outcome.make(Thing::Value, place, &name, &whole.setting.config_name);
    }

    fn first_value(&mut self, whole: &mut Whole, is_new: bool, environment: &Environment, formula: Formula, scope: &mut Scope<'_>) {
        match is_new {
            true => whole.values.push((environment.id, formula)),
            false => scope.plan.first_values.push((whole.clone(), environment.id, formula)),
        }
    }

    fn change_value(
        &mut self,
        whole: &Whole,
        environment: &Environment,
        before: Formula,
        after: Formula,
        place: &str,
        scope: &mut Scope<'_>,
    ) {
        let note = self.options.note.as_deref().map_or("", str::trim);
        let required = scope.plan.product.note_required || environment.note_required;
        if required && note.is_empty() {
            self.outcome.conflict(place, format!("Reason required: in {} a value is set with a note. Please give one.", environment.name));
        }
        scope.plan.changed_values.push(ValueChange { of: whole.clone(), environment: environment.clone(), before, after });
    }
}
