//! From what there is to a document: only what whoever exports may see, and what was left out is said.

use super::{
    document::{
        ConfigPart, EnvironmentPart, GroupPart, HeaderPart, KeysPart, LeftOut, MemberPart, Named, PersonPart, ProductPart, Scalar,
        SegmentPart, SettingPart, TagPart, TeamPart, VariationPart, WebhookPart,
    },
    formula::{self, Names},
    state::{People, State},
};
use crate::{
    authz::{Access, GROUP_PERMISSIONS, Grants, Kind, Permit as _, Place, Reach, Role, decide},
    configs::Config,
    environments::Environment,
    error::Result,
    flags::whole::Whole,
    invitations::permits::InviteToProduct,
    sdk_keys::ReadSdkKeys,
    serving::store::{PRIMARY, SECONDARY},
    teams::Team,
    webhooks::{Webhook, carried, permits::ReadWebhook},
};

/// Whoever exports.
pub struct Sees<'a>(pub &'a Grants);

impl Sees<'_> {
    fn everything(&self) -> bool {
        matches!(self.0, Grants::System)
    }

    fn values(&self, environment: &Environment) -> bool {
        self.0.access(environment.id) > Access::None
    }

    fn keys(&self, environment: &Environment) -> bool {
        let place = Place::in_product(Kind::SdkKey, environment.team, environment.product).at(environment.id);
        self.everything() || decide(self.0, ReadSdkKeys::PERMISSION, &place).allows()
    }

    fn webhooks(&self, environment: &Environment) -> bool {
        let place = Place::in_product(Kind::Webhook, environment.team, environment.product).at(environment.id);
        self.everything() || decide(self.0, ReadWebhook::PERMISSION, &place).allows()
    }

    fn people(&self, place: &Place) -> bool {
        self.everything() || decide(self.0, InviteToProduct::PERMISSION, place).allows()
    }
}

/// A team, without its products.
pub fn team(team: &Team, people: &People) -> TeamPart {
    let role = |role: Role| if role == Role::Owner { "owner" } else { "member" };
    let people = people.team.values().map(|(found, email)| MemberPart { email: email.clone(), role: role(*found).into() });
    TeamPart { id: Some(team.id), name: team.name.clone(), slug: Some(team.slug.clone()), people: people.collect(), products: vec![] }
}

/// A product.
pub fn product(state: &State, people: &People, sees: &Sees<'_>, left_out: &mut Vec<LeftOut>) -> Result<ProductPart> {
    let product = &state.product;
    let mut miss = |what: &str, environment: Option<&Environment>| {
        let environment = environment.map(|environment| environment.name.clone());
        left_out.push(LeftOut { product: product.name.clone(), what: what.into(), environment });
    };
    let shows_people = sees.people(&product.place_of(Kind::Product));
    if !shows_people {
        miss("permission groups and people", None);
    }
    for environment in &state.environments {
        if !sees.values(environment) {
            miss("values", Some(environment));
        }
        if !sees.keys(environment) {
            miss("SDK keys", Some(environment));
        }
        if !sees.webhooks(environment) {
            miss("webhooks", Some(environment));
        }
    }
    let group_name = |id| state.groups.iter().find(|group| group.id == id).map(|group| group.name.clone());
    let segments = state.segments.iter().map(|segment| {
        Ok(SegmentPart {
            id: Some(segment.id),
            name: segment.name.clone(),
            description: segment.description.clone(),
            conditions: segment.conditions()?.iter().map(formula::write_user_condition).collect(),
        })
    });
    let (segment_names, setting_keys) = (state.segment_names(), state.setting_keys());
    let names = Names { segments: &segment_names, settings: &setting_keys };
    let webhooks = state
        .webhooks
        .iter()
        .filter(|webhook| state.environments.iter().any(|environment| environment.id == webhook.environment && sees.webhooks(environment)));
    let webhooks: Vec<WebhookPart> = webhooks.map(|webhook| webhook_part(webhook, sees)).collect::<Result<_>>()?;
    if webhooks.iter().flat_map(|webhook| &webhook.headers).any(|header| header.value.is_none()) {
        miss("values of secure headers of webhooks", None);
    }
    let in_product = people.products.get(&product.id).filter(|_| shows_people).into_iter().flat_map(|people| people.values());
    Ok(ProductPart {
        id: Some(product.id),
        name: product.name.clone(),
        description: product.description.clone(),
        key_style: Some(product.key_style.clone()),
        show_variation_ids: Some(product.show_variation_id),
        hint_mandatory: Some(product.hint_mandatory),
        note_required: Some(product.note_required),
        default_group: product.default_group.filter(|_| shows_people).and_then(group_name),
        environments: state.environments.iter().map(environment_part).collect(),
        tags: state.tags.iter().map(|tag| TagPart { id: Some(tag.id), name: tag.name.clone(), color: tag.color.clone() }).collect(),
        segments: segments.collect::<Result<_>>()?,
        configs: state.configs.iter().map(|config| config_part(state, config, sees, &names)).collect::<Result<_>>()?,
        permission_groups: shows_people.then(|| groups(state)),
        people: in_product.map(|(group, email)| PersonPart { email: email.clone(), group: group.clone() }).collect(),
        webhooks,
    })
}

/// A webhook. What is never read back is read by nobody but who runs the machine.
fn webhook_part(webhook: &Webhook, sees: &Sees<'_>) -> Result<WebhookPart> {
    let headers = if sees.everything() { carried::secret_headers(webhook)? } else { webhook.headers()? };
    let header = |header: crate::webhooks::Header| HeaderPart {
        key: header.key,
        value: Some(header.value).filter(|_| sees.everything() || !header.secure),
        secure: header.secure,
    };
    Ok(WebhookPart {
        id: Some(webhook.id),
        config: webhook.config_name.clone(),
        environment: webhook.environment_name.clone(),
        url: webhook.url.clone(),
        method: Some(webhook.method.wire().into()),
        content: webhook.content.clone(),
        headers: headers.into_iter().map(header).collect(),
        signing_keys: [&webhook.key1, &webhook.key2].into_iter().flatten().cloned().collect(),
    })
}

fn environment_part(environment: &Environment) -> EnvironmentPart {
    EnvironmentPart {
        id: Some(environment.id),
        name: environment.name.clone(),
        color: environment.color.clone(),
        description: environment.description.clone(),
        note_required: Some(environment.note_required),
    }
}

fn groups(state: &State) -> Vec<GroupPart> {
    let group = |group: &crate::authz::Group| {
        let custom = group.reach == Reach::Custom;
        let levels = state.environments.iter().map(|environment| (environment, group.access(environment.id)));
        let levels = levels.filter(|(_, access)| custom && *access > Access::None);
        GroupPart {
            id: Some(group.id),
            name: group.name.clone(),
            permissions: GROUP_PERMISSIONS
                .iter()
                .filter(|switch| group.includes(switch.permission))
                .map(|switch| switch.wire.to_owned())
                .collect(),
            access: Some(group.reach.wire().into()),
            environments: Named(levels.map(|(environment, access)| (environment.name.clone(), access.wire().to_owned())).collect()),
            new_environments: custom.then(|| group.new_environments.wire().into()),
        }
    };
    state.groups.iter().map(group).collect()
}

fn config_part(state: &State, config: &Config, sees: &Sees<'_>, names: &Names<'_>) -> Result<ConfigPart> {
    let keys = state.environments.iter().filter(|environment| sees.keys(environment)).filter_map(|environment| {
        let key = |slot| {
            let of_pair = |key: &&crate::sdk_keys::Kept| key.config == config.id && key.environment == environment.id && key.slot == slot;
            state.keys.iter().find(of_pair).map(|found| found.key.clone())
        };
        let keys = KeysPart { primary: key(PRIMARY), secondary: key(SECONDARY) };
        (keys != KeysPart::default()).then(|| (environment.name.clone(), keys))
    });
    Ok(ConfigPart {
        id: Some(config.id),
        name: config.name.clone(),
        description: config.description.clone(),
        version: Some(format!("v{}", config.evaluation_version)),
        salt: Some(config.salt.clone()),
        sdk_keys: Named(keys.collect()),
        settings: state.settings_of(config.id).map(|one| setting_part(state, one, sees, names)).collect::<Result<_>>()?,
    })
}

fn setting_part(state: &State, one: &Whole, sees: &Sees<'_>, names: &Names<'_>) -> Result<SettingPart> {
    let setting = &one.setting;
    let tag = |id| state.tags.iter().find(|tag| tag.id == id).map(|tag| tag.name.clone());
    let values = state.environments.iter().filter(|environment| sees.values(environment));
    let values = values.map(|environment| Ok((environment.name.clone(), formula::write(&one.value(environment.id), names)?)));
    let variations = one.variations.iter().map(|variation| VariationPart {
        id: Some(variation.id),
        value: Scalar(variation.value.clone()),
        name: variation.name.clone(),
        hint: variation.hint.clone(),
    });
    Ok(SettingPart {
        id: Some(setting.id),
        key: setting.key.clone(),
        name: Some(setting.name.clone()),
        hint: setting.hint.clone(),
        kind: setting.kind.to_string(),
        json: setting.is_json,
        tags: one.tags.iter().filter_map(|id| tag(*id)).collect(),
        variations: variations.collect(),
        values: Named(values.collect::<Result<_>>()?),
    })
}
