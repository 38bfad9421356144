// Everything that is refused: all operations about what is not there, and for somebody whom nobody knows; and some with mistakes in them.
import { randomUUID } from "node:crypto";
import { Observable, firstValueFrom } from "rxjs";
import type { Api } from "./services.js";
import type { World } from "./visits.js";

type Asked = Observable<unknown>;

/** Operations that name nothing, and so can only be refused to strangers. */
const nameless = (api: Api): Asked[] => [api.me.getMe(), api.organizations.getOrganizations(), api.products.getProducts()];

/** All others, about things that do not exist. */
function aboutNothing(api: Api): Asked[] {
  const [id, other, number, key, name] = [randomUUID(), randomUUID(), 2_147_000_000, "configcat-sdk-1/nothing/nothing", "x"];
  const segment = { name, comparisonAttribute: name, comparator: "isOneOf", comparisonValue: name } as const;
  const integration = { name, parameters: {}, environmentIds: [], configIds: [] };
  const [value, formula, patch] = [{ value: true }, { defaultValue: { boolValue: true } }, [{ op: "test", path: "/value" } as const]];
  const hook = { url: "https://example.com" };
  return [
    api.organizations.getOrganizationLimitations(id),
    api.members.getOrganizationMembers(id),
    api.members.getOrganizationMembersV2(id),
    api.members.getPendingInvitationsOrg(id),
    api.members.getPendingInvitations(id),
    api.members.getProductMembers(id),
    api.members.inviteMember(id, { emails: ["a@example.com"], permissionGroupId: number }),
    api.members.deleteOrganizationMember(id, other),
    api.members.addMemberToGroup(id, other, {}),
    api.members.deleteInvitation(id),
    api.members.deleteProductMember(id, other),
    api.groups.getPermissionGroups(id),
    api.groups.createPermissionGroup(id, { name }),
    api.groups.getPermissionGroup(number),
    api.groups.updatePermissionGroup(number, {}),
    api.groups.deletePermissionGroup(number),
    api.products.createProduct(id, { name }),
    api.products.getProduct(id),
    api.products.updateProduct(id, {}),
    api.products.deleteProduct(id),
    api.products.getProductPreferences(id),
    api.products.updateProductPreferences(id, {}),
    api.environments.getEnvironments(id),
    api.environments.createEnvironment(id, { name }),
    api.environments.getEnvironment(id),
    api.environments.updateEnvironment(id, {}),
    api.environments.deleteEnvironment(id),
    api.configs.getConfigs(id),
    api.configs.createConfig(id, { name }),
    api.configs.getConfig(id),
    api.configs.updateConfig(id, {}),
    api.configs.deleteConfig(id),
    api.keys.getSdkKeys(id, other),
    api.tags.getTags(id),
    api.tags.createTag(id, { name }),
    api.tags.getTag(number),
    api.tags.updateTag(number, {}),
    api.tags.deleteTag(number),
    api.tags.getSettingsByTag(number),
    api.segments.getSegments(id),
    api.segments.createSegment(id, segment),
    api.segments.getSegment(id),
    api.segments.updateSegment(id, {}),
    api.segments.deleteSegment(id),
    api.settings.getSettings(id),
    api.settings.createSetting(id, { name, key: name, settingType: "boolean" }),
    api.settings.getSetting(number),
    api.settings.replaceSetting(number, { name }),
    api.settings.updateSetting(number, []),
    api.settings.deleteSetting(number),
    api.settings.getPredefinedVariations(number),
    api.settings.updatePredefinedVariations(number, { predefinedVariations: [] }),
    api.values.getSettingValue(id, number),
    api.values.replaceSettingValue(id, number, value),
    api.values.updateSettingValue(id, number, patch),
    api.values.getSettingValues(id, other),
    api.values.postSettingValues(id, other, {}),
    api.valuesV2.getSettingValueV2(id, number),
    api.valuesV2.replaceSettingValueV2(id, number, formula),
    api.valuesV2.updateSettingValueV2(id, number, patch),
    api.valuesV2.getSettingValuesV2(id, other),
    api.valuesV2.postSettingValuesV2(id, other, {}),
    api.valuesByKey.getSettingValueBySdkkey(name, key),
    api.valuesByKey.replaceSettingValueBySdkkey(name, value, undefined, key),
    api.valuesByKey.updateSettingValueBySdkkey(name, patch, undefined, key),
    api.valuesByKeyV2.getSettingValueBySdkkeyV2(name, key),
    api.valuesByKeyV2.replaceSettingValueBySdkkeyV2(name, formula, undefined, key),
    api.valuesByKeyV2.updateSettingValueBySdkkeyV2(name, patch, undefined, key),
    api.webhooks.getWebhooks(id),
    api.webhooks.createWebhook(id, other, hook),
    api.webhooks.getWebhook(number),
    api.webhooks.getWebhookSigningKeys(number),
    api.webhooks.replaceWebhook(number, hook),
    api.webhooks.updateWebhook(number, []),
    api.webhooks.deleteWebhook(number),
    api.integrations.getIntegrations(id),
    api.integrations.createIntegration(id, { ...integration, integrationType: "pubNub" }),
    api.integrations.getIntegration(id),
    api.integrations.updateIntegration(id, integration),
    api.integrations.deleteIntegration(id),
    api.logs.getAuditlogs(id),
    api.logs.getDeletedSettings(id),
    api.logs.getOrganizationAuditlogs(id),
    api.logsV2.getAuditlogsV2(id, 1),
    api.logsV2.getOrganizationAuditlogsV2(id, 1),
    api.stale.getStaleflags(id),
    api.codeReferences.v1SettingsSettingIdCodeReferencesGet(number),
    api.codeReferences.v1CodeReferencesPost({ configId: id, repository: name, branch: name }),
    api.codeReferences.v1CodeReferencesDeleteReportsPost({ configId: id, repository: name }),
  ];
}

/** Mistakes about things that are there. */
function mistaken(api: Api, { organization, product, test, production, first, second, tag, segment }: World): Asked[] {
  const [name, long] = ["", "x".repeat(1001)];
  return [
    api.products.createProduct(organization, { name }),
    api.products.updateProduct(product, { name: long }),
    api.products.updateProductPreferences(product, { keyGenerationMode: "snakeCase" as never }),
    api.environments.createEnvironment(product, { name: "Test" }),
    api.environments.updateEnvironment(test, { order: 1.5 }),
    api.configs.createConfig(product, { name: "Third", evaluationVersion: "v3" as never }),
    api.configs.updateConfig(first, { description: long }),
    api.tags.createTag(product, { name: "Night shift" }),
    api.tags.updateTag(tag, { name }),
    api.segments.createSegment(product, { name: "Pilots", comparisonAttribute: "Email", comparator: "semVerLess", comparisonValue: "one" }),
    api.segments.updateSegment(segment, { comparator: "likes" as never }),
    api.settings.createSetting(first, { key: "floodlights", name: "Again", settingType: "boolean" }),
    api.values.getSettingValues(second, test),
    api.values.postSettingValues(first, production, { settingValues: [] }),
    api.valuesV2.getSettingValuesV2(first, test),
    api.valuesV2.postSettingValuesV2(second, test, { updateFormulas: [{ settingId: 0, defaultValue: {} }] }),
    api.webhooks.createWebhook(first, test, { url: "nowhere" }),
    api.integrations.createIntegration(product, { integrationType: "slack", name: "x", parameters: {}, environmentIds: [], configIds: [] }),
    api.groups.createPermissionGroup(product, { name: "x", canDeleteConfig: true }),
    api.members.inviteMember(product, { emails: ["nobody"], permissionGroupId: 0 }),
    api.members.addMemberToGroup(organization, randomUUID(), { isAdmin: true }),
    api.logs.getAuditlogs(product, undefined, undefined, undefined, "yesterday"),
    api.logsV2.getAuditlogsV2(product, 101),
    api.stale.getStaleflags(product, "all", 6),
  ];
}

/** Has everything refused that can be. */
export async function refusals(api: Api, stranger: Api, world: World) {
  const all = [...nameless(stranger), ...aboutNothing(stranger), ...aboutNothing(api), ...mistaken(api, world)];
  for (const asked of all) {
    const answer = await firstValueFrom(asked).then((answer) => ({ answer }), () => undefined);
    if (answer) throw new Error(`not refused: ${JSON.stringify(answer)}`);
  }
}
