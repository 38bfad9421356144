//! SDK keys for programs.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ReadKeyUses, ReadSdkKeys, RotateSdkKeys, SdkKeys, Slot, actions, store};
use crate::{
    api::{Json, Okay},
    authz::Authorized,
    clock::DAY,
    error::Result,
};

/// The SDK keys of a config in an environment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SdkKeysView {
    /// The one that applications use.
    primary: Option<SdkKeyView>,
    /// The one beside it, while applications move from one to the other.
    secondary: Option<SdkKeyView>,
}

/// An SDK key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SdkKeyView {
    /// As applications send it.
    key: String,
    /// When it was made.
    created_at: String,
    /// When it was used last; left out for those who may not see how often a config is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen_at: Option<String>,
    /// Who used it within the last 24 hours; left out for those who may not see how often a config is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    uses: Option<Vec<KeyUseModel>>,
}

/// A program that uses a key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyUseModel {
    /// The SDK and its version.
    agent: String,
    /// Requests within the last 24 hours.
    requests: i64,
}

/// A new SDK key.
#[derive(Serialize, ToSchema)]
pub struct NewSdkKeyModel {
    /// As applications send it.
    key: String,
}

pub async fn read(may: Authorized<ReadSdkKeys>) -> Result<Json<SdkKeysView>> {
    let keys: &SdkKeys = &may;
    let uses = match may.also::<ReadKeyUses>(keys) {
        true => Some(store::uses(&may.read(), keys.config, may.now().plus(-DAY)).await?),
        false => None,
    };
    let model = |key: &Option<String>, since: Option<crate::clock::Time>, seen: Option<crate::clock::Time>| {
        let key = key.clone()?;
        let of_key = |used: &&store::Used| used.key == key;
        Some(SdkKeyView {
            created_at: since?.iso(),
            last_seen_at: uses.as_ref().and(seen).map(crate::clock::Time::iso),
            uses: uses.as_ref().map(|uses| {
                uses.iter().filter(of_key).map(|used| KeyUseModel { agent: used.agent.clone(), requests: used.requests }).collect()
            }),
            key,
        })
    };
    Ok(Json(SdkKeysView {
        primary: model(&keys.primary, keys.primary_since, keys.primary_seen),
        secondary: model(&keys.secondary, keys.secondary_since, keys.secondary_seen),
    }))
}

pub async fn add(may: Authorized<RotateSdkKeys>) -> Result<Json<NewSdkKeyModel>> {
    Ok(Json(NewSdkKeyModel { key: actions::add(&may).await? }))
}

pub async fn promote(may: Authorized<RotateSdkKeys>) -> Result<Json<Okay>> {
    actions::promote(&may).await?;
    Ok(Okay::answer())
}

pub async fn revoke_primary(may: Authorized<RotateSdkKeys>) -> Result<Json<Okay>> {
    actions::revoke(&may, Slot::Primary).await?;
    Ok(Okay::answer())
}

pub async fn revoke_secondary(may: Authorized<RotateSdkKeys>) -> Result<Json<Okay>> {
    actions::revoke(&may, Slot::Secondary).await?;
    Ok(Okay::answer())
}
