//! Ids: those of the document where they are free, else new ones, which are listed.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{
    configs,
    db::Reader,
    environments,
    error::Result,
    flags::whole,
    ids::{ConfigId, EnvironmentId, GroupId, ProductId, SegmentId, SettingId, TagId, TeamId, VariationId, WebhookId},
    permission_groups, products, segments, tags, teams,
    transfer::{
        document::{Document, ProductPart},
        outcome::{Given, Thing},
    },
    webhooks::carried,
};

/// How far ahead of the last number one may be wished for: numbers do not run out because somebody wished for the last of them.
const AHEAD: i64 = 10_000;
/// The same for whoever runs the instance.
const HIGHEST: i64 = 2_000_000_000;

/// Numbers of a kind.
#[derive(Default)]
pub struct Numbers {
    taken: HashSet<i64>,
    /// Up to here they may be wished for.
    most: i64,
    /// The last one that is given, when all are.
    pub last: i64,
}

impl Numbers {
    fn new(last: i64, ahead: i64, wanted: &[i64], taken: Vec<i64>) -> Self {
        let most = if ahead == HIGHEST { HIGHEST } else { (last + ahead).min(HIGHEST) };
        let kept = wanted.iter().copied().filter(|number| *number <= most).max().unwrap_or(0);
        Self { taken: taken.into_iter().collect(), most, last: last.max(kept) }
    }

    fn give(&mut self, wanted: Option<i64>) -> i64 {
        match wanted.filter(|number| (1..=self.most).contains(number) && self.taken.insert(*number)) {
            Some(number) => number,
            None => {
                self.last += 1;
                self.taken.insert(self.last);
                self.last
            }
        }
    }
}

/// What is free and what has been given.
pub struct Ids {
    taken: HashSet<Uuid>,
    /// Numbers of settings.
    pub settings: Numbers,
    /// Numbers of tags.
    pub tags: Numbers,
    /// Numbers of permission groups.
    pub groups: Numbers,
    /// Numbers of webhooks.
    pub webhooks: Numbers,
    /// Ids that were not free, and what was given instead.
    pub given: Vec<Given>,
}

/// Every id in a document.
#[derive(Default)]
struct Wanted {
    teams: Vec<TeamId>,
    products: Vec<ProductId>,
    environments: Vec<EnvironmentId>,
    configs: Vec<ConfigId>,
    segments: Vec<SegmentId>,
    variations: Vec<VariationId>,
    settings: Vec<SettingId>,
    tags: Vec<TagId>,
    groups: Vec<GroupId>,
    webhooks: Vec<WebhookId>,
}

impl Wanted {
    fn in_document(document: &Document) -> Self {
        let mut wanted = Self::default();
        wanted.teams.extend(document.teams.iter().filter_map(|team| team.id));
        document.all_products().for_each(|product| wanted.add(product));
        wanted
    }

    fn add(&mut self, product: &ProductPart) {
        self.products.extend(product.id);
        self.environments.extend(product.environments.iter().filter_map(|part| part.id));
        self.configs.extend(product.configs.iter().filter_map(|part| part.id));
        self.segments.extend(product.segments.iter().filter_map(|part| part.id));
        self.tags.extend(product.tags.iter().filter_map(|part| part.id));
        self.webhooks.extend(product.webhooks.iter().filter_map(|part| part.id));
        self.groups.extend(product.permission_groups.iter().flatten().filter_map(|part| part.id));
        for setting in product.configs.iter().flat_map(|config| &config.settings) {
            self.settings.extend(setting.id);
            self.variations.extend(setting.variations.iter().filter_map(|part| part.id));
        }
    }
}

impl Ids {
    /// Finds out which ids of a document are free. Environments keep theirs only for whoever holds everything where they import to: what the log
    /// tells of an environment is found by its id, and nobody gets to read what was told of another one by choosing one.
    pub async fn read(db: &Reader, document: &Document, runs_instance: bool, everything: bool) -> Result<Self> {
        let wanted = Wanted::in_document(document);
        let mut taken: HashSet<Uuid> = HashSet::from([Uuid::nil(), Uuid::max()]);
        for id in &wanted.teams {
            taken.extend(teams::one(db, *id).await?.map(|team| team.id.0));
        }
        taken.extend(products::taken(db, &wanted.products).await?.into_iter().map(|id| id.0));
        taken.extend(environments::taken(db, &wanted.environments).await?.into_iter().map(|id| id.0));
        taken.extend(configs::taken(db, &wanted.configs).await?.into_iter().map(|id| id.0));
        taken.extend(segments::taken(db, &wanted.segments).await?.into_iter().map(|id| id.0));
        taken.extend(whole::variations_taken(db, wanted.variations).await?.into_iter().map(|id| id.0));
        if !everything {
            taken.extend(wanted.environments.iter().map(|id| id.0));
        }
        let ahead = if runs_instance { HIGHEST } else { AHEAD };
        let settings: Vec<i64> = wanted.settings.iter().map(|id| id.0).collect();
        let tag_ids: Vec<i64> = wanted.tags.iter().map(|id| id.0).collect();
        let group_ids: Vec<i64> = wanted.groups.iter().map(|id| id.0).collect();
        let settings_taken = whole::taken(db, &wanted.settings).await?.into_iter().map(|id| id.0).collect();
        let tags_taken = tags::taken(db, &wanted.tags).await?.into_iter().map(|id| id.0).collect();
        let groups_taken = permission_groups::taken(db, &wanted.groups).await?.into_iter().map(|id| id.0).collect();
        let webhook_ids: Vec<i64> = wanted.webhooks.iter().map(|id| id.0).collect();
        let webhooks_taken = carried::taken(db, &wanted.webhooks).await?.into_iter().map(|id| id.0).collect();
        Ok(Self {
            taken,
            settings: Numbers::new(db.last_number("setting").await?, ahead, &settings, settings_taken),
            tags: Numbers::new(db.last_number("tag").await?, ahead, &tag_ids, tags_taken),
            groups: Numbers::new(db.last_number("permission-group").await?, ahead, &group_ids, groups_taken),
            webhooks: Numbers::new(db.last_number("webhook").await?, ahead, &webhook_ids, webhooks_taken),
            given: vec![],
        })
    }

    fn uuid(&mut self, thing: Thing, place: &str, wanted: Option<Uuid>) -> Uuid {
        match wanted {
            Some(id) if self.taken.insert(id) => id,
            wanted => {
                let id = Uuid::now_v7();
                self.note(thing, place, wanted, id);
                id
            }
        }
    }

    fn note(&mut self, thing: Thing, place: &str, wanted: Option<impl ToString + PartialEq>, given: impl ToString) {
        if let Some(wanted) = wanted {
            let (wanted, given) = (wanted.to_string(), given.to_string());
            if wanted != given {
                self.given.push(Given { thing, place: place.to_owned(), wanted, given });
            }
        }
    }

    /// The id of a new team.
    pub fn team(&mut self, place: &str, wanted: Option<TeamId>) -> TeamId {
        TeamId(self.uuid(Thing::Team, place, wanted.map(|id| id.0)))
    }

    /// The id of a new product.
    pub fn product(&mut self, place: &str, wanted: Option<ProductId>) -> ProductId {
        ProductId(self.uuid(Thing::Product, place, wanted.map(|id| id.0)))
    }

    /// The id of a new environment.
    pub fn environment(&mut self, place: &str, wanted: Option<EnvironmentId>) -> EnvironmentId {
        EnvironmentId(self.uuid(Thing::Environment, place, wanted.map(|id| id.0)))
    }

    /// The id of a new config.
    pub fn config(&mut self, place: &str, wanted: Option<ConfigId>) -> ConfigId {
        ConfigId(self.uuid(Thing::Config, place, wanted.map(|id| id.0)))
    }

    /// The id of a new segment.
    pub fn segment(&mut self, place: &str, wanted: Option<SegmentId>) -> SegmentId {
        SegmentId(self.uuid(Thing::Segment, place, wanted.map(|id| id.0)))
    }

    /// The id of a new variation. Nobody sees those of other settings, so that it is not told when another one is given.
    pub fn variation(&mut self, wanted: Option<VariationId>) -> VariationId {
        VariationId(wanted.map(|id| id.0).filter(|id| self.taken.insert(*id)).unwrap_or_else(Uuid::now_v7))
    }

    /// The number of a new setting.
    pub fn setting(&mut self, place: &str, wanted: Option<SettingId>) -> SettingId {
        let given = SettingId(self.settings.give(wanted.map(|id| id.0)));
        self.note(Thing::Setting, place, wanted, given);
        given
    }

    /// The number of a new tag.
    pub fn tag(&mut self, place: &str, wanted: Option<TagId>) -> TagId {
        let given = TagId(self.tags.give(wanted.map(|id| id.0)));
        self.note(Thing::Tag, place, wanted, given);
        given
    }

    /// The number of a new webhook.
    pub fn webhook(&mut self, place: &str, wanted: Option<WebhookId>) -> WebhookId {
        let given = WebhookId(self.webhooks.give(wanted.map(|id| id.0)));
        self.note(Thing::Webhook, place, wanted, given);
        given
    }

    /// The number of a new permission group.
    pub fn group(&mut self, place: &str, wanted: Option<GroupId>) -> GroupId {
        let given = GroupId(self.groups.give(wanted.map(|id| id.0)));
        self.note(Thing::Group, place, wanted, given);
        given
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_numbers_are_kept_and_others_follow_them() {
        let mut numbers = Numbers::new(3, AHEAD, &[2, 7, 7, 90_000], vec![2]);
        let given = [Some(7), Some(7), Some(2), Some(0), Some(90_000), None, Some(5)].map(|wanted| numbers.give(wanted));
        assert_eq!(given, [7, 8, 9, 10, 11, 12, 5]);
        assert_eq!(numbers.last, 12);
    }

    #[test]
    fn nobody_wishes_for_the_last_number() {
        let mut numbers = Numbers::new(0, HIGHEST, &[i64::MAX, 1_999_999], vec![]);
        assert_eq!([Some(i64::MAX), Some(1_999_999), Some(-1)].map(|wanted| numbers.give(wanted)), [2_000_000, 1_999_999, 2_000_001]);
    }
}
