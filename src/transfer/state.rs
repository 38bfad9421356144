//! What there is: a product with everything in it, as it is exported and as an import finds it.

use std::collections::{BTreeMap, HashMap};

use crate::{
    authz::Group,
    configs::{self, Config},
    db::Reader,
    environments::{self, Environment},
    error::Result,
    flags::whole::{self, Whole},
    ids::{ConfigId, SegmentId, SettingId, TeamId},
    invitations, members, permission_groups, product_members,
    products::Product,
    sdk_keys::{self, Kept},
    segments::{self, Segment},
    tags,
    webhooks::{Webhook, carried},
};

/// A product with everything in it.
pub struct State {
    pub product: Product,
    pub environments: Vec<Environment>,
    pub tags: Vec<tags::Listed>,
    pub segments: Vec<Segment>,
    pub groups: Vec<Group>,
    pub configs: Vec<Config>,
    pub settings: Vec<Whole>,
    pub keys: Vec<Kept>,
    pub webhooks: Vec<Webhook>,
}

impl State {
    /// Reads a product.
    pub async fn read(db: &Reader, product: Product) -> Result<Self> {
        let id = product.id;
        Ok(Self {
            environments: environments::all(db, id).await?,
            tags: tags::all(db, id).await?,
            segments: segments::of_product(db, id).await?,
            groups: permission_groups::of_product(db, id).await?,
            configs: configs::of_product(db, id).await?,
            settings: whole::of_product(db, id).await?,
            keys: sdk_keys::of_product(db, id).await?,
            webhooks: carried::of_product(db, id).await?,
            product,
        })
    }

    /// A product that is to be, with nothing in it.
    pub fn nothing(product: Product) -> Self {
        Self {
            product,
            environments: vec![],
            tags: vec![],
            segments: vec![],
            groups: vec![],
            configs: vec![],
            settings: vec![],
            keys: vec![],
            webhooks: vec![],
        }
    }

    /// The settings of a config, in their order.
    pub fn settings_of(&self, config: ConfigId) -> impl Iterator<Item = &Whole> {
        self.settings.iter().filter(move |one| one.setting.config == config)
    }

    /// What the segments are called.
    pub fn segment_names(&self) -> BTreeMap<SegmentId, String> {
        self.segments.iter().map(|segment| (segment.id, segment.name.clone())).collect()
    }

    /// The keys of the settings.
    pub fn setting_keys(&self) -> HashMap<SettingId, String> {
        self.settings.iter().map(|one| (one.setting.id, one.setting.key.clone())).collect()
    }
}

/// Who is in a team and its products or invited to them, by address in small letters.
#[derive(Default)]
pub struct People {
    /// In the team: the role, and the address as it is written.
    pub team: BTreeMap<String, (crate::authz::Role, String)>,
    /// In products: the name of the group, and the address as it is written.
    pub products: HashMap<crate::ids::ProductId, BTreeMap<String, (String, String)>>,
}

impl People {
    /// Reads who is in a team, in these products of it, or invited.
    pub async fn read(db: &Reader, team: TeamId, products: &[crate::ids::ProductId], now: crate::clock::Time) -> Result<Self> {
        let mut people = Self::default();
        for offer in invitations::offers(db, team, now).await? {
            let key = offer.email.to_lowercase();
            match (offer.product, offer.group_name) {
                (Some(product), Some(group)) => {
                    people.products.entry(product).or_default().insert(key, (group, offer.email));
                }
                _ => {
                    people.team.insert(key, (offer.role, offer.email));
                }
            }
        }
        // Who is in counts more than to what they are invited.
        for member in members::everybody(db, team).await? {
            // A service account has no address: it is not carried.
            let Some(email) = member.email else { continue };
            people.team.insert(email.to_lowercase(), (member.role, email));
        }
        for product in products {
            let place = people.products.entry(*product).or_default();
            for member in product_members::list(db, *product).await?.into_iter().filter(|member| !member.service) {
                place.insert(member.email.to_lowercase(), (member.group_name, member.email));
            }
        }
        Ok(people)
    }
}
