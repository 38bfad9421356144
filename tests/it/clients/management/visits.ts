// A world that is made, read, changed and taken down through the API alone: every operation that Burgee offers succeeds at least once, and most
// answers have something in all of their lists.
import type { UpdateEvaluationFormulaModel, UpdateSettingValueModel } from "ng-configcat-publicapi";
import { Observable, firstValueFrom } from "rxjs";
import type { Api } from "./services.js";

/** What an operation answers. */
export const done = <T>(asked: Observable<T>): Promise<T> => firstValueFrom(asked);

/** People whom the API cannot make: they accept invitations. */
export interface People {
  member: string;
  leaver: string;
}

/** What stays at the end. */
export type World = Awaited<ReturnType<typeof build>>;

/** Makes the world. */
export async function build(api: Api) {
  await done(api.me.getMe());
  const [team] = await done(api.organizations.getOrganizations());
  const organization = team!.organizationId;
  await done(api.organizations.getOrganizationLimitations(organization));

  const { productId: product } = await done(api.products.createProduct(organization, { name: "Harbor", description: "", order: 3 }));
  await done(api.products.updateProduct(product, { name: "Harbor office", description: null, order: 0 }));
  await done(api.products.getProduct(product));
  await done(api.products.getProducts());

  const environment = async (name: string, color: string | null) =>
    (await done(api.environments.createEnvironment(product, { name, color, description: "" }))).environmentId;
  const test = await environment("Test", "#2b8a3e");
  const production = await environment("Production", null);
  await done(api.environments.updateEnvironment(production, { description: "What everybody sees", order: 7 }));
  await done(api.environments.getEnvironment(production));
  await done(api.environments.getEnvironments(product));

  await done(api.products.updateProductPreferences(product, {
    keyGenerationMode: "kebabCase",
    showVariationId: true,
    reasonRequiredEnvironments: [{ environmentId: production, reasonRequired: true }],
  }));
  await done(api.products.getProductPreferences(product));

  const { configId: first } = await done(api.configs.createConfig(product, { name: "Berths", order: 1, evaluationVersion: "v1" }));
  const { configId: second } = await done(api.configs.createConfig(product, { name: "Cranes", description: "x", evaluationVersion: "v2" }));
  await done(api.configs.updateConfig(second, { name: "Cranes and lifts", description: "" }));
  await done(api.configs.getConfig(second));
  await done(api.configs.getConfigs(product));
  const keyFirst = (await done(api.keys.getSdkKeys(first, test))).primary!;
  const keySecond = (await done(api.keys.getSdkKeys(second, test))).primary!;

  const { tagId: tag } = await done(api.tags.createTag(product, { name: "Night", color: "whale" }));
  await done(api.tags.updateTag(tag, { name: "Night shift", color: "#112233" }));
  await done(api.tags.getTag(tag));
  await done(api.tags.getTags(product));

  const { segmentId: segment } = await done(api.segments.createSegment(product, {
    name: "Pilots",
    comparisonAttribute: "Email",
    comparator: "isOneOf",
    comparisonValue: "ada@example.com,ben@example.com",
  }));
  await done(api.segments.updateSegment(segment, { description: "Those who bring ships in" }));
  return { organization, product, test, production, first, second, keyFirst, keySecond, tag, segment };
}

/** Flags and settings, without their values. */
export async function settings(api: Api, { product, test, first, second, tag }: World) {
  const create = async (config: string, key: string, settingType: "boolean" | "string" | "int" | "double") =>
    (await done(api.settings.createSetting(config, { key, name: key, settingType, tags: [tag], hint: "" }))).settingId;
  const flag = await create(first, "floodlights", "boolean");
  const limit = await create(first, "limit", "double");
  const open = await create(second, "open", "boolean");
  const { settingId: color } = await done(api.settings.createSetting(second, {
    key: "color",
    name: "Colour",
    settingType: "string",
    predefinedVariations: [{ value: { stringValue: "red" }, name: "Red", hint: null }, { value: { stringValue: "green" } }],
    initialValues: [{ environmentId: test, value: "green" }],
  }));
  const { predefinedVariations: [red, green] } = await done(api.settings.getPredefinedVariations(color));
  await done(api.settings.updatePredefinedVariations(color, {
    predefinedVariations: [{ ...red!, name: "Like a buoy" }, { ...green!, hint: "Like the other" }, { value: { stringValue: "white" } }],
  }));
  await done(api.settings.replaceSetting(limit, { name: "Limit", hint: "In tonnes", tags: [tag], order: 9 }));
  await done(api.settings.updateSetting(flag, [
    { op: "replace", path: "/name", value: "Floodlights" },
    { op: "remove", path: "/tags/0" },
    { op: "add", path: "/tags/-", value: tag },
  ]));
  await done(api.settings.getSetting(flag));
  await done(api.settings.getSettings(second));
  await done(api.tags.getSettingsByTag(tag));
  await done(api.stale.getStaleflags(product, "all", 7, "staleInAnyEnvironments"));
  return { flag, limit, open, color, variation: red!.predefinedVariationId };
}

type Settings = Awaited<ReturnType<typeof settings>>;

/** Values of the first generation. */
export async function valuesOfFirst(api: Api, { test, production, first, keyFirst, segment }: World, { flag, limit }: Settings) {
  const value: UpdateSettingValueModel = {
    value: true,
    rolloutRules: [
      { comparisonAttribute: "Email", comparator: "contains", comparisonValue: "@example.com", value: false },
      { segmentComparator: "isNotIn", segmentId: segment, value: true },
    ],
    rolloutPercentageItems: [{ percentage: 30, value: true }, { percentage: 70, value: false }],
  };
  await done(api.values.replaceSettingValue(production, flag, value, "Because of the fog"));
  await done(api.values.updateSettingValue(test, flag, [{ op: "replace", path: "/value", value: true }]));
  await done(api.values.updateSettingValue(test, flag, [{ op: "replace", path: "/value", value: true }]));
  await done(api.values.getSettingValue(production, flag));
  await done(api.values.postSettingValues(first, test, { settingValues: [{ settingId: limit, value: 2.5 }, { settingId: flag, ...value }] }));
  await done(api.values.getSettingValues(first, test));
  await done(api.valuesByKey.replaceSettingValueBySdkkey("limit", { value: 3 }, undefined, keyFirst));
  await done(api.valuesByKey.updateSettingValueBySdkkey("limit", [{ op: "replace", path: "/value", value: 3.5 }], undefined, keyFirst));
  await done(api.valuesByKey.getSettingValueBySdkkey(String(limit), keyFirst));
}

/** Values of the second generation. */
export async function valuesOfSecond(api: Api, world: World, { open, color, variation }: Settings) {
  const { test, production, second, keySecond, segment } = world;
  const attribute = (comparator: "isOneOf" | "dateTimeAfter" | "textEquals", comparisonValue: object) => ({
    userCondition: { comparisonAttribute: "Ship", comparator, comparisonValue },
  });
  const other = { prerequisiteSettingId: color, comparator: "equals" as const, prerequisiteComparisonValue: { stringValue: "red" } };
  const formula: UpdateEvaluationFormulaModel = {
    defaultValue: { boolValue: false },
    percentageEvaluationAttribute: "Crew",
    targetingRules: [
      {
        conditions: [
          attribute("isOneOf", { listValue: [{ value: "17", hint: "Sea Swallow" }, { value: "18" }] }),
          attribute("dateTimeAfter", { doubleValue: 1700000000.5 }),
          attribute("textEquals", { stringValue: "18" }),
          { segmentCondition: { segmentId: segment, comparator: "isIn" } },
          { prerequisiteFlagCondition: other },
        ],
        value: { boolValue: true },
      },
      { percentageOptions: [{ percentage: 40, value: { boolValue: true } }, { percentage: 60, value: { boolValue: false } }] },
    ],
  };
  const red = { defaultValue: { predefinedVariationId: variation } };
  await done(api.valuesV2.replaceSettingValueV2(test, open, formula));
  await done(api.valuesV2.updateSettingValueV2(test, open, [{ op: "move", from: "/targetingRules/0/conditions/2", path: "/targetingRules/0/conditions/0" }]));
  await done(api.valuesV2.updateSettingValueV2(test, open, [{ op: "test", path: "/percentageEvaluationAttribute", value: "Crew" }]));
  await done(api.valuesV2.getSettingValueV2(test, open));
  await done(api.valuesV2.postSettingValuesV2(second, production, { updateFormulas: [{ settingId: color, ...red }] }, "Red again"));
  await done(api.valuesV2.getSettingValuesV2(second, test));
  await done(api.valuesByKeyV2.replaceSettingValueBySdkkeyV2("color", red, undefined, keySecond));
  await done(api.valuesByKeyV2.updateSettingValueBySdkkeyV2("open", [{ op: "add", path: "/defaultValue/boolValue", value: true }], undefined, keySecond));
  await done(api.valuesByKeyV2.getSettingValueBySdkkeyV2(String(open), keySecond));
  await done(api.settings.getPredefinedVariations(color));
}

/** What hangs on flags. */
export async function around(api: Api, { product, test, first, second }: World, { open }: Settings) {
  const { webhookId: webhook } = await done(api.webhooks.createWebhook(second, test, {
    url: "https://example.com/hook",
    httpMethod: "post",
    content: "##ConfigName##",
    webHookHeaders: [{ key: "x-plain", value: "seen" }, { key: "x-secret", value: "hidden", isSecure: true }],
  }));
  await done(api.webhooks.updateWebhook(webhook, [{ op: "replace", path: "/content", value: null }]));
  await done(api.webhooks.replaceWebhook(webhook, { url: "https://example.com/other", webHookHeaders: [{ key: "x-secret", value: "hidden", isSecure: true }] }));
  await done(api.webhooks.getWebhook(webhook));
  await done(api.webhooks.getWebhooks(product));
  await done(api.webhooks.getWebhookSigningKeys(webhook));

  const parameters = { apiKey: "key", secretKey: "secret" };
  const { integrationId: integration } = await done(api.integrations.createIntegration(product, {
    integrationType: "amplitude",
    name: "Charts",
    parameters,
    environmentIds: [test],
    configIds: [first, second],
  }));
  await done(api.integrations.updateIntegration(integration, { name: "All charts", parameters, environmentIds: [test], configIds: [] }));
  await done(api.integrations.getIntegration(integration));
  await done(api.integrations.getIntegrations(product));

  const line = (lineNumber: number, lineText: string | null) => ({ lineNumber, lineText });
  await done(api.codeReferences.v1CodeReferencesPost({
    configId: second,
    repository: "harbor",
    branch: "main",
    commitUrl: "https://example.com/commit/1",
    commitHash: "1234567",
    uploader: "a program",
    activeBranches: ["main"],
    flagReferences: [{
      settingId: open,
      references: [{ file: "gate.ts", fileUrl: null, preLines: [line(1, "{")], referenceLine: line(2, "open"), postLines: [line(3, null)] }],
    }],
  }));
  await done(api.codeReferences.v1SettingsSettingIdCodeReferencesGet(open));
  await done(api.codeReferences.v1CodeReferencesDeleteReportsPost({ configId: second, repository: "harbor", branch: "main" }));
  return { webhook, integration };
}

/** Who may do what. */
export async function people(api: Api, { organization, product, test }: World, { member, leaver }: People) {
  const { permissionGroupId: group } = await done(api.groups.createPermissionGroup(product, { name: "Pilots" }));
  await done(api.groups.updatePermissionGroup(group, {
    name: "Night pilots",
    canTagSetting: true,
    accessType: "custom",
    newEnvironmentAccessType: "readOnly",
    environmentAccesses: [{ environmentId: test, environmentAccessType: "full" }],
  }));
  await done(api.groups.getPermissionGroup(group));
  await done(api.groups.getPermissionGroups(product));
  await done(api.members.inviteMember(product, { emails: ["dora@example.com"], permissionGroupId: group }));
  await done(api.members.getPendingInvitationsOrg(organization));
  const [invitation] = await done(api.members.getPendingInvitations(product));
  await done(api.members.deleteInvitation(invitation!.invitationId));
  await done(api.members.addMemberToGroup(organization, member, { permissionGroupIds: [group] }));
  await done(api.members.getProductMembers(product));
  await done(api.members.getOrganizationMembers(organization));
  await done(api.members.getOrganizationMembersV2(organization));
  await done(api.members.deleteProductMember(product, member));
  await done(api.members.deleteOrganizationMember(organization, leaver));
  return { group };
}

/** What was done. */
export async function logs(api: Api, { organization, product, second }: World) {
  await done(api.segments.getSegments(product));
  await done(api.logs.getAuditlogs(product, second));
  await done(api.logs.getOrganizationAuditlogs(organization, product));
  await done(api.logsV2.getAuditlogsV2(product, 5));
  await done(api.logsV2.getOrganizationAuditlogsV2(organization, 100));
}

type Rest = Awaited<ReturnType<typeof around>> & Awaited<ReturnType<typeof people>>;

/** Takes it down. */
export async function clear(api: Api, world: World, { open, color }: Settings, { webhook, integration, group }: Rest) {
  const { product, test, second, tag, segment } = world;
  await done(api.settings.deleteSetting(open));
  await done(api.settings.deleteSetting(color));
  await done(api.logs.getDeletedSettings(second));
  await done(api.webhooks.deleteWebhook(webhook));
  await done(api.integrations.deleteIntegration(integration));
  await done(api.groups.deletePermissionGroup(group));
  await done(api.tags.deleteTag(tag));
  await done(api.configs.deleteConfig(world.first));
  await done(api.segments.getSegment(segment));
  await done(api.segments.deleteSegment(segment));
  await done(api.configs.deleteConfig(second));
  await done(api.environments.deleteEnvironment(test, true));
  await done(api.products.deleteProduct(product));
}
