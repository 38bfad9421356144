//! Oneself, and one’s teams.

use serde::Serialize;
use utoipa::ToSchema;

use super::wire::OrganizationModel;
use crate::{
    api::Json,
    authz::{Authorized, Routes, SignedIn, Surface},
    error::Result,
    flags::formula::{LONGEST_TEXT, Limit},
    products::permits::ListProducts,
    teams,
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/me", "See who one is", me)
        .get("/v1/organizations", "List the teams that one is in", list)
        .get("/v1/organizations/{team}/organization-limitations", "See how much there can be of what", limitations)
}

/// Who calls.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MeModel {
    email: String,
    full_name: String,
}

async fn me(who: SignedIn) -> Json<MeModel> {
    Json(MeModel { email: who.actor.email, full_name: who.actor.name })
}

async fn list(who: SignedIn) -> Result<Json<Vec<OrganizationModel>>> {
    let teams = teams::of_person(&who.read(), who.actor.person).await?;
    Ok(Json(teams.into_iter().map(|team| OrganizationModel { organization_id: team.id.to_string(), name: team.name }).collect()))
}

/// How much there can be of what in a value.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FeatureFlagLimitations {
    max_percentage_option_count: usize,
    max_targeting_rule_count: usize,
    max_comparison_value_length: usize,
    max_comparison_value_list_length: usize,
    max_comparison_value_list_item_length: usize,
    max_string_flag_value_length: usize,
    max_condition_per_targeting_rule_count: usize,
}

impl FeatureFlagLimitations {
    /// Ours, which are the same for everybody.
    pub fn ours() -> Self {
        let compared = flag_eval::validate::Limits::default();
        Self {
            max_percentage_option_count: Limit::SHARES,
            max_targeting_rule_count: Limit::RULES,
            max_comparison_value_length: compared.text,
            max_comparison_value_list_length: compared.items,
            max_comparison_value_list_item_length: compared.item,
            max_string_flag_value_length: LONGEST_TEXT,
            max_condition_per_targeting_rule_count: Limit::CONDITIONS,
        }
    }
}

/// How much there can be of what.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganizationLimitations {
    #[serde(flatten)]
    of_values: FeatureFlagLimitations,
    max_predefined_variations: usize,
}

async fn limitations(_: Authorized<ListProducts>) -> Json<OrganizationLimitations> {
    Json(OrganizationLimitations { of_values: FeatureFlagLimitations::ours(), max_predefined_variations: Limit::VARIATIONS })
}
