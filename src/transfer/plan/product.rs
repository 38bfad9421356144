//! A product: itself, its environments, its tags and its segments.

use std::collections::{HashMap, HashSet};

use super::{Existing, Planner, ProductPlan, here};
use crate::{
    authz::{Kind, Place},
    environments::{Environment, permits::CreateEnvironment},
    error::{Error, Result},
    ids::EnvironmentId,
    products::{Changes, NewEnvironment, NewProduct, Product, permits::ChangePreferences},
    segments::{NewSegment, Segment, permits::CreateSegment},
    tags::{NewTag, Tag, permits::CreateTag},
    teams::Team,
    transfer::{
        document::ProductPart,
        formula::{self, key},
        outcome::Thing,
        state::{People, State},
    },
};

/// How many environments and configs a product of a document may have: each pair of them has an SDK key.
const MOST: usize = 200;

/// What names of a product mean while it is planned.
pub struct Scope<'a> {
    /// Where the document tells of it.
    pub place: &'a str,
    /// What was there.
    pub state: &'a State,
    /// Whether everything in it is new.
    pub is_new: bool,
    /// All environments, those that are there first.
    pub environments: Vec<Environment>,
    /// Those that are new.
    pub new_environments: HashSet<EnvironmentId>,
    /// The plan so far.
    pub plan: ProductPlan,
}

impl Scope<'_> {
    /// The environment of that name.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| key(&environment.name) == key(name))
    }

    /// A place in the product.
    pub fn at(&self, kind: Kind) -> Place {
        self.plan.product.place_of(kind)
    }
}

impl Planner<'_> {
    /// A product that is to be.
    pub(super) fn new_product(&mut self, part: &ProductPart, place: &str, team: &Team, position: i64) -> Option<Product> {
        let new = self.take(place, NewProduct::parse(&part.name, part.description.as_deref()))?;
        let preferences = self.take(place, Changes::parse(None, None, part.key_style.as_deref()))?;
        let id = self.ids.product(&format!("{place}.id"), part.id);
        self.outcome.make(Thing::Product, place, new.name.as_str(), &team.name);
        Some(Product {
            id,
            team: team.id,
            team_name: team.name.clone(),
            team_slug: team.slug.clone(),
            name: new.name.to_string(),
            description: new.description.map(|text| text.to_string()),
            position,
            key_style: preferences.key_style.unwrap_or("camelCase").into(),
            show_variation_id: part.show_variation_ids.unwrap_or(false),
            hint_mandatory: part.hint_mandatory.unwrap_or(false),
            note_required: part.note_required.unwrap_or(false),
            default_group: None,
            created_at: self.importer.now,
        })
    }

    /// A product and everything in it.
    pub(super) fn product(
        &mut self,
        part: &ProductPart,
        place: &str,
        team: &Team,
        state: State,
        meets: Existing,
        people: &People,
    ) -> Result<ProductPlan> {
        let before = self.importer.clone();
        let product = state.product.clone();
        if meets == Existing::Same {
            self.outcome.present(Thing::Product);
            self.compare(part, place, &state);
        }
        if part.environments.len() > MOST || part.configs.len() > MOST {
            self.wrong.add(place.to_owned(), format!("A product has at most {MOST} environments and {MOST} configs."));
            return Err(std::mem::take(&mut self.wrong).into());
        }
        let plan = ProductPlan {
            is_new: meets == Existing::New,
            environments: vec![],
            tags: vec![],
            segments: vec![],
            groups: vec![],
            levels: vec![],
            configs: vec![],
            pairs: vec![],
            keys: vec![],
            settings: vec![],
            first_values: vec![],
            changed_values: vec![],
            webhooks: vec![],
            people: vec![],
            all_environments: vec![],
            all_segments: vec![],
            all_settings: vec![],
            product,
        };
        let environments = state.environments.clone();
        let is_new = plan.is_new;
        let mut scope = Scope { place, state: &state, is_new, environments, new_environments: HashSet::new(), plan };
        self.environments(part, &mut scope);
        let tags = self.tags(part, &mut scope);
        let segments = self.segments(part, &mut scope)?;
        let groups = self.groups(part, &mut scope);
        self.people(part, &mut scope, team, people, &groups);
        self.configs(part, &mut scope, &tags, segments)?;
        self.webhooks(part, &mut scope)?;
        // What somebody gets in new environments of this product says nothing about the next one.
        self.importer = before;
        let Scope { environments, mut plan, .. } = scope;
        plan.all_environments = environments;
        Ok(plan)
    }

    /// Whether a product that is there is as the document says.
    fn compare(&mut self, part: &ProductPart, place: &str, state: &State) {
        let product = &state.product;
        let on = |on: bool| if on { "true" } else { "false" };
        let group = product.default_group.and_then(|id| state.groups.iter().find(|group| group.id == id));
        self.same_name(place, &part.name, &product.name);
        self.same(place, "description", part.description.as_deref(), product.description.as_deref().unwrap_or_default());
        self.same(place, "keyStyle", part.key_style.as_deref(), &product.key_style);
        self.same(place, "showVariationIds", part.show_variation_ids.map(on), on(product.show_variation_id));
        self.same(place, "hintMandatory", part.hint_mandatory.map(on), on(product.hint_mandatory));
        self.same(place, "noteRequired", part.note_required.map(on), on(product.note_required));
        let default = group.map_or("", |group| group.name.as_str());
        if part.default_group.as_deref().is_some_and(|wanted| key(wanted) != key(default)) {
            self.same(place, "defaultGroup", part.default_group.as_deref(), default);
        }
    }

    fn environments(&mut self, part: &ProductPart, scope: &mut Scope<'_>) {
        let mut seen = HashSet::new();
        let mut position = scope.state.environments.iter().map(|environment| environment.position + 1).max().unwrap_or(0);
        for (at, part) in part.environments.iter().enumerate() {
            let place = format!("{}.environments[{at}]", scope.place);
            let parsed = NewEnvironment::parse(&part.name, part.color.as_deref(), part.description.as_deref());
            let Some(new) = self.take(&place, parsed) else { continue };
            if !self.is_first(&mut seen, new.name.key(), &place, "environment of this product") {
                continue;
            }
            if let Some(found) = here(&scope.state.environments, |one| Some(one.id) == part.id, new.name.as_str(), |one| &one.name) {
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                let on = |on: bool| if on { "true" } else { "false" };
                self.same_name(&place, new.name.as_str(), &found.name);
                self.same(&place, "color", part.color.as_deref(), &text(&found.color));
                self.same(&place, "description", part.description.as_deref(), &text(&found.description));
                self.same(&place, "noteRequired", part.note_required.map(on), on(found.note_required));
                self.outcome.present(Thing::Environment);
                continue;
            }
            self.needs::<CreateEnvironment>(scope, &place, "You may not create environments in this product.");
            let note_required = part.note_required.unwrap_or(false);
            if note_required {
                let place = format!("{place}.noteRequired");
                self.needs::<ChangePreferences>(scope, &place, "You may not change the preferences of this product.");
            }
            let product = &scope.plan.product;
            let environment = Environment {
                id: self.ids.environment(&format!("{place}.id"), part.id),
                product: product.id,
                product_name: product.name.clone(),
                team: product.team,
                team_slug: product.team_slug.clone(),
                name: new.name.to_string(),
                color: new.color.map(|color| color.to_string()),
                description: new.description.map(|text| text.to_string()),
                position,
                note_required,
            };
            position += 1;
            self.importer.and_created(environment.id);
            self.outcome.make(Thing::Environment, &place, &environment.name, &product.name);
            scope.new_environments.insert(environment.id);
            scope.environments.push(environment.clone());
            scope.plan.environments.push(environment);
        }
    }

    /// The tags by name.
    fn tags(&mut self, part: &ProductPart, scope: &mut Scope<'_>) -> HashMap<String, crate::ids::TagId> {
        let mut all: HashMap<String, _> = scope.state.tags.iter().map(|tag| (key(&tag.name), tag.id)).collect();
        let mut seen = HashSet::new();
        for (at, part) in part.tags.iter().enumerate() {
            let place = format!("{}.tags[{at}]", scope.place);
            let Some(new) = self.take(&place, NewTag::parse(&part.name, part.color.as_deref())) else { continue };
            if !self.is_first(&mut seen, new.name.key(), &place, "tag of this product") {
                continue;
            }
            if let Some(found) = here(&scope.state.tags, |one| Some(one.id) == part.id, new.name.as_str(), |one| &one.name) {
                self.same_name(&place, new.name.as_str(), &found.name);
                self.same(&place, "color", part.color.as_deref(), found.color.as_deref().unwrap_or_default());
                self.outcome.present(Thing::Tag);
                continue;
            }
            self.needs::<CreateTag>(scope, &place, "You may not create tags in this product.");
            let product = &scope.plan.product;
            let tag = Tag {
                id: self.ids.tag(&format!("{place}.id"), part.id),
                product: product.id,
                product_name: product.name.clone(),
                team: product.team,
                team_slug: product.team_slug.clone(),
                name: new.name.to_string(),
                color: new.color.map(|color| color.to_string()),
            };
            self.outcome.make(Thing::Tag, &place, &tag.name, &product.name);
            all.insert(new.name.key(), tag.id);
            scope.plan.tags.push(tag);
        }
        all
    }

    /// The segments by name; all of them stand in the plan, to be named.
    fn segments(&mut self, part: &ProductPart, scope: &mut Scope<'_>) -> Result<HashMap<String, crate::ids::SegmentId>> {
        scope.plan.all_segments.clone_from(&scope.state.segments);
        let mut all: HashMap<String, _> = scope.state.segments.iter().map(|segment| (key(&segment.name), segment.id)).collect();
        let mut seen = HashSet::new();
        for (at, part) in part.segments.iter().enumerate() {
            let place = format!("{}.segments[{at}]", scope.place);
            let conditions = part.conditions.iter().enumerate();
            let conditions: Vec<_> = conditions
                .map(|(number, part)| formula::user_condition(part, &format!("{place}.conditions[{number}]"), &mut self.wrong))
                .collect();
            let Some(conditions) = conditions.into_iter().collect::<Option<Vec<_>>>() else { continue };
            let parsed = NewSegment::parse(&part.name, part.description.as_deref(), conditions);
            let Some(new) = self.take(&place, parsed) else { continue };
            if !self.is_first(&mut seen, new.name.key(), &place, "segment of this product") {
                continue;
            }
            if let Some(found) = here(&scope.state.segments, |one| Some(one.id) == part.id, new.name.as_str(), |one| &one.name) {
                self.same_name(&place, new.name.as_str(), &found.name);
                self.same(&place, "description", part.description.as_deref(), found.description.as_deref().unwrap_or_default());
                if found.conditions()? != new.conditions {
                    self.outcome.conflict(format!("{place}.conditions"), "Here its conditions are others.");
                }
                self.outcome.present(Thing::Segment);
                continue;
            }
            self.needs::<CreateSegment>(scope, &place, "You may not create segments in this product.");
            let (product, now) = (&scope.plan.product, self.importer.now);
            let segment = Segment {
                id: self.ids.segment(&format!("{place}.id"), part.id),
                product: product.id,
                product_name: product.name.clone(),
                team: product.team,
                team_slug: product.team_slug.clone(),
                name: new.name.to_string(),
                description: new.description.map(|text| text.to_string()),
                conditions: serde_json::to_string(&new.conditions).map_err(Error::internal)?,
                version: crate::ids::VersionId::new(),
                creator: self.importer.person,
                created_at: now,
                updater: self.importer.person,
                updated_at: now,
            };
            self.outcome.make(Thing::Segment, &place, &segment.name, &product.name);
            all.insert(new.name.key(), segment.id);
            scope.plan.all_segments.push(segment.clone());
            scope.plan.segments.push(segment);
        }
        Ok(all)
    }
}
