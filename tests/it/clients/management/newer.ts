// What the API has today and the generated client has not heard of yet.
import type { HttpClient } from "@angular/common/http";
import type { AuditLogItemModel } from "ng-configcat-publicapi";
import type { Observable } from "rxjs";

interface PagingResponseInfo {
  currentPage: number;
  totalPages: number;
  pageSize: number;
  totalCount: number;
  hasPrevious: boolean;
  hasNext: boolean;
}

interface AuditLogItemModelPagedList {
  paging: PagingResponseInfo;
  data: AuditLogItemModel[];
}

/** Logs in pages. */
export class AuditLogsV2Service {
  constructor(
    private http: HttpClient,
    private base: string,
    private headers: { Authorization: string },
  ) {}

  getAuditlogsV2(productId: string, pageSize: number): Observable<AuditLogItemModelPagedList> {
    return this.http.get<AuditLogItemModelPagedList>(`${this.base}/v2/products/${productId}/auditlogs`, {
      headers: this.headers,
      params: { pageNumber: 1, pageSize },
    });
  }

  getOrganizationAuditlogsV2(organizationId: string, pageSize: number): Observable<AuditLogItemModelPagedList> {
    return this.http.get<AuditLogItemModelPagedList>(`${this.base}/v2/organizations/${organizationId}/auditlogs`, {
      headers: this.headers,
      params: { pageNumber: 1, pageSize },
    });
  }
}

/** A product or environment in which changes are approved. */
interface Approvals {
  approveRequired: boolean;
}

/** A setting whose text must be JSON. */
interface Json {
  isJson: boolean;
}

type Approval = "cannotApprove" | "canApproveOthers" | "canBypassApproval";

interface ApproveRequiredEnvironmentModel extends Approvals {
  environmentId: string;
  environmentName: string;
}

interface EnvironmentApprovals {
  environmentId: string;
  environmentApprovalPermissionType: Approval;
}

interface Requests extends Approvals {
  canBypassApproval: boolean;
  reasonRequired: boolean;
}

/** Members that answers have today, by model. Any other that the client does not know is a mistake. */
export interface Newer {
  AuditLogItemModel: { modelVersion: number };
  ConfigSettingFormulaModel: { changeRequestCount: number };
  ConfigSettingFormulasModel: Requests;
  EnvironmentAccessModel: Approvals;
  EnvironmentModel: Approvals;
  PermissionGroupModel: {
    approvalPermissionType: Approval | "custom";
    newEnvironmentApprovalPermissionType: Approval;
    environmentApprovalPermissions: EnvironmentApprovals[];
  };
  PredefinedVariationWithUsagesModel: { changeRequestUsages: never[]; changeRequestUsagesInOtherEnvironments: number };
  PreferencesModel: Approvals & { approveRequiredEnvironments: ApproveRequiredEnvironmentModel[] };
  ProductModel: Approvals;
  SettingDataModel: Json;
  SettingDataV2Model: Json;
  SettingFormulaModel: Requests & { changeRequestCount: number };
  SettingModel: Json;
}

/** Members that answers had when the client was made. */
export const GONE: Record<string, string[]> = { AuditLogItemModel: ["changeSetId"] };

/** Lists of words that have grown. */
export const GROWN = ["AuditLogType"];
