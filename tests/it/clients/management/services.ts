// All services of the generated client, for one credential.
import { HttpClient } from "@angular/common/http";
import {
  AuditLogsService,
  CodeReferencesService,
  Configuration,
  ConfigsService,
  EnvironmentsService,
  FeatureFlagSettingValuesService,
  FeatureFlagSettingValuesUsingSDKKeyService,
  FeatureFlagSettingValuesUsingSDKKeyV2Service,
  FeatureFlagSettingValuesV2Service,
  FeatureFlagsSettingsService,
  IntegrationsService,
  MeService,
  MembersService,
  OrganizationsService,
  PermissionGroupsService,
  ProductsService,
  SDKKeysService,
  SegmentsService,
  TagsService,
  WebhooksService,
  ZombieStaleFlagsService,
} from "ng-configcat-publicapi";
import { AuditLogsV2Service } from "./newer.js";
import type { Wire } from "./wire.js";

/** The services. */
export type Api = ReturnType<typeof services>;

/** Them, for whoever shows this. */
export function services(wire: Wire, base: string, username: string, password: string) {
  const http = new HttpClient(wire);
  const shown = new Configuration({ username, password });
  const Authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return {
    codeReferences: wire.watched(new CodeReferencesService(http, base, shown)),
    configs: wire.watched(new ConfigsService(http, base, shown)),
    environments: wire.watched(new EnvironmentsService(http, base, shown)),
    groups: wire.watched(new PermissionGroupsService(http, base, shown)),
    integrations: wire.watched(new IntegrationsService(http, base, shown)),
    keys: wire.watched(new SDKKeysService(http, base, shown)),
    logs: wire.watched(new AuditLogsService(http, base, shown)),
    logsV2: wire.watched(new AuditLogsV2Service(http, base, { Authorization })),
    me: wire.watched(new MeService(http, base, shown)),
    members: wire.watched(new MembersService(http, base, shown)),
    organizations: wire.watched(new OrganizationsService(http, base, shown)),
    products: wire.watched(new ProductsService(http, base, shown)),
    segments: wire.watched(new SegmentsService(http, base, shown)),
    settings: wire.watched(new FeatureFlagsSettingsService(http, base, shown)),
    stale: wire.watched(new ZombieStaleFlagsService(http, base, shown)),
    tags: wire.watched(new TagsService(http, base, shown)),
    values: wire.watched(new FeatureFlagSettingValuesService(http, base, shown)),
    valuesByKey: wire.watched(new FeatureFlagSettingValuesUsingSDKKeyService(http, base, shown)),
    valuesByKeyV2: wire.watched(new FeatureFlagSettingValuesUsingSDKKeyV2Service(http, base, shown)),
    valuesV2: wire.watched(new FeatureFlagSettingValuesV2Service(http, base, shown)),
    webhooks: wire.watched(new WebhooksService(http, base, shown)),
  };
}
