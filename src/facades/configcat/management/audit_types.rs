//! What ConfigCat calls the things that happen. Every event of a team’s log has a name there; several may share one, where it tells them less apart.

/// Our name, theirs.
pub const TYPES: &[(&str, &str)] = &[
    ("team.created", "organizationAdded"),
    ("team.changed", "organizationChanged"),
    ("team.suspended", "organizationChanged"),
    ("team.resumed", "organizationChanged"),
    ("member.added", "organizationMemberJoined"),
    ("member.removed", "organizationMemberRemoved"),
    ("member.left", "organizationMemberRemoved"),
    ("member.role-changed", "organizationAdminChanged"),
    ("invitation.sent", "teamMemberInvited"),
    ("invitation.changed", "teamMemberInvitationChanged"),
    ("invitation.resent", "teamMemberInvitationResent"),
    ("invitation.revoked", "teamMemberInvitationRevoked"),
    ("invitation.ended", "teamMemberInvitationRevoked"),
    ("invitation.accepted", "teamMemberJoined"),
    ("invitation.declined", "teamMemberInvitationRejected"),
    ("service-account.created", "organizationMemberJoined"),
    ("service-account.renamed", "userFullNameChanged"),
    ("service-account.deleted", "organizationMemberRemoved"),
    ("service-account.token-created", "publicApiAccessTokenAdded"),
    ("service-account.token-revoked", "publicApiAccessTokenRemoved"),
    ("product.created", "productCreated"),
    ("product.changed", "productChanged"),
    ("product.deleted", "productDeleted"),
    ("product.ordered", "productsReordered"),
    ("product-member.added", "teamMemberAddedToProduct"),
    ("product-member.moved", "teamMemberPermissionGroupChanged"),
    ("product-member.removed", "teamMemberRemoved"),
    ("product-member.left", "teamMemberLeft"),
    ("permission-group.created", "permissionGroupCreated"),
    ("permission-group.changed", "permissionGroupChanged"),
    ("permission-group.deleted", "permissionGroupDeleted"),
    ("permission-group.default", "permissionGroupDefault"),
    ("environment.created", "environmentCreated"),
    ("environment.changed", "environmentChanged"),
    ("environment.deleted", "environmentDeleted"),
    ("environment.ordered", "environmentsReordered"),
    ("config.created", "configCreated"),
    ("config.changed", "configChanged"),
    ("config.deleted", "configDeleted"),
    ("config.ordered", "configsReordered"),
    ("setting.created", "settingCreated"),
    ("setting.changed", "settingChanged"),
    ("setting.tagged", "settingChanged"),
    ("setting.deleted", "settingDeleted"),
    ("setting.ordered", "settingsReordered"),
    ("setting.variations-changed", "predefinedVariationsChanged"),
    ("value.changed", "settingValueChanged"),
    ("tag.created", "tagAdded"),
    ("tag.changed", "tagChanged"),
    ("tag.deleted", "tagRemoved"),
    ("segment.created", "segmentCreated"),
    ("segment.changed", "segmentChanged"),
    ("segment.deleted", "segmentDeleted"),
    ("sdk-key.added", "apiKeyAdded"),
    ("sdk-key.promoted", "apiKeyAdded"),
    ("sdk-key.removed", "apiKeyRemoved"),
    ("webhook.created", "webHookCreated"),
    ("webhook.changed", "webHookChanged"),
    ("webhook.deleted", "webHookDeleted"),
    ("webhook.key-added", "webhookSigningKeyCreated"),
    ("webhook.key-removed", "webhookSigningKeyDeleted"),
    ("integration.created", "integrationAdded"),
    ("integration.changed", "integrationChanged"),
    ("integration.deleted", "integrationRemoved"),
    ("code-references.uploaded", "codeReferencesUploaded"),
    ("code-references.deleted", "codeReferenceDeleted"),
];

/// What stands in the log of the instance and its accounts, which this API does not show.
pub const LEFT_OUT: &[&str] = &[
    "team.deleted",
    "account.created",
    "account.changed",
    "account.deleted",
    "account.email-verified",
    "account.email-change-asked",
    "account.verification-asked",
    "account.signed-in",
    "account.signed-out",
    "account.sign-in-failed",
    "account.session-ended",
    "account.sessions-ended",
    "account.password-changed",
    "account.password-expired",
    "account.password-reset-asked",
    "account.password-reset",
    "account.token-created",
    "account.token-revoked",
    "person.suspended",
    "person.resumed",
    "person.promoted",
    "person.demoted",
    "platform.settings-changed",
    "mail.given-up",
    "mail.sent-again",
];

/// Every name of theirs, also of what cannot happen here: one may ask for it, and finds nothing.
const ALL: &[&str] = &[
    "productCreated",
    "productChanged",
    "productDeleted",
    "productsReordered",
    "productPreferencesUpdated",
    "teamMemberInvited",
    "teamMemberInvitationRevoked",
    "teamMemberJoined",
    "teamMemberPermissionGroupChanged",
    "teamMemberRemoved",
    "teamMemberLeft",
    "teamMemberInvitationChanged",
    "teamMemberInvitationResent",
    "teamMemberInvitationRejected",
    "teamMemberAddedToProduct",
    "configCreated",
    "configChanged",
    "configDeleted",
    "configsReordered",
    "environmentCreated",
    "environmentChanged",
    "environmentDeleted",
    "environmentsReordered",
    "settingCreated",
    "settingChanged",
    "settingDeleted",
    "settingsReordered",
    "predefinedVariationsChanged",
    "settingConvertedToPredefinedVariations",
    "settingConvertedToFreeFormValues",
    "settingValueChanged",
    "webHookCreated",
    "webHookChanged",
    "webHookDeleted",
    "permissionGroupCreated",
    "permissionGroupChanged",
    "permissionGroupDeleted",
    "permissionGroupDefault",
    "apiKeyAdded",
    "apiKeyRemoved",
    "integrationAdded",
    "integrationChanged",
    "integrationRemoved",
    "apiKeyConnected",
    "integrationLinkAdded",
    "integrationLinkRemoved",
    "organizationAdded",
    "organizationChanged",
    "organizationSubscriptionTypeChanged",
    "organizationAdminChanged",
    "organizationAdminLeft",
    "twoFactorDisabledForMember",
    "tagAdded",
    "tagChanged",
    "tagRemoved",
    "settingTagAdded",
    "settingTagRemoved",
    "publicApiAccessTokenAdded",
    "publicApiAccessTokenRemoved",
    "domainAdded",
    "domainVerified",
    "domainRemoved",
    "autoProvisioningConfigurationChanged",
    "samlIdpConfigurationAdded",
    "samlIdpConfigurationRemoved",
    "samlIdpConfigurationUpdated",
    "autoProvisioningEnabledChanged",
    "organizationMemberJoined",
    "organizationMemberProductJoinRequested",
    "organizationMemberProductJoinRequestRejected",
    "organizationMemberProductJoinRequestApproved",
    "organizationMemberRemoved",
    "codeReferencesUploaded",
    "codeReferenceDeleted",
    "codeReferenceStaleBranchDeleted",
    "segmentCreated",
    "segmentChanged",
    "segmentDeleted",
    "webhookSigningKeyDeleted",
    "webhookSigningKeyCreated",
    "userProvisioningConfigurationChanged",
    "syncGroupProvisioningRuleChanged",
    "syncGroupsReordered",
    "syncUserProvisioningEnabled",
    "syncUserProvisioningDisabled",
    "userEmailChanged",
    "userFullNameChanged",
    "userDisabled",
    "awsConnected",
    "awsDisconnected",
    "userEnabled",
    "syncUserDeleted",
    "syncGroupDeleted",
    "proxyConfigurationCreated",
    "proxyConfigurationChanged",
    "proxyConfigurationDeleted",
    "proxyConfigurationSecretRegenerated",
    "proxyNotificationSettingsUpdated",
    "proxyNotificationSettingsDeleted",
    "proxyNotificationSigningKeyAdded",
    "proxyNotificationSigningKeyDeleted",
    "changeRequestCreated",
    "changeRequestUpdated",
    "changeRequestSettingValuesUpdated",
    "changeRequestSettingValueRebased",
    "changeRequestApproved",
    "changeRequestApprovalDismissed",
    "changeRequestApplied",
    "changeRequestAppliedOnSchedule",
    "changeRequestClosed",
    "changeRequestNeedsAttention",
    "changeRequestCommentAdded",
    "changeRequestCommentEdited",
    "changeRequestCommentDeleted",
    "changeRequestSettingDeleted",
    "changeRequestNeedsAttentionFixed",
    "changeRequestOwnershipClaimed",
];

/// Their name of an event.
pub fn of(stored: &str) -> Option<&'static str> {
    TYPES.iter().find(|(ours, _)| *ours == stored).map(|(_, theirs)| *theirs)
}

/// The events that a name of theirs stands for; `None` if it is none of theirs.
pub fn stored(typed: &str) -> Option<Vec<&'static str>> {
    let word = super::wire::word(typed, ALL.iter().copied())?;
    Some(TYPES.iter().filter(|(_, theirs)| *theirs == word).map(|(ours, _)| *ours).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Event;

    #[test]
    fn every_event_has_its_name_or_is_left_out() {
        for name in Event::names() {
            let named = TYPES.iter().filter(|(ours, _)| *ours == name).count();
            let left_out = LEFT_OUT.iter().filter(|left| **left == name).count();
            assert_eq!(named + left_out, 1, "{name} must stand once in the one list or in the other");
        }
        assert_eq!(TYPES.len() + LEFT_OUT.len(), Event::names().count(), "the lists name only events that exist");
        for (ours, theirs) in TYPES {
            assert!(ALL.contains(theirs), "{theirs}, for {ours}, is none of theirs");
        }
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        assert_eq!(stored("SETTINGVALUECHANGED"), Some(vec!["value.changed"]));
        assert_eq!(stored("organizationMemberRemoved"), Some(vec!["member.removed", "member.left", "service-account.deleted"]));
        assert_eq!(stored("changeRequestCreated").map(|names| names.len()), Some(0));
        assert_eq!(stored("somethingElse"), None);
    }
}
