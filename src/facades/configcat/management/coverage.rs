//! All operations of ConfigCat’s management API, by subject. Which of them are offered is not said here: the route table knows.
//! `docs/api-coverage.md` is made from both.

/// One operation.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The method.
    pub method: &'static str,
    /// The address, with our names in it.
    pub path: &'static str,
}

/// Operations on one subject.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// In our words.
    pub name: &'static str,
    /// Why none of them is offered, if that is so.
    pub refused: Option<&'static str>,
    /// The operations.
    pub operations: &'static [Known],
}

macro_rules! subjects {
    ($($name:literal $(refused $why:literal)? { $($method:ident $path:literal)* })*) => {
        /// All of them.
        pub const SUBJECTS: &[Subject] = &[$(Subject {
            name: $name,
            refused: subjects!(@ $($why)?),
            operations: &[$(Known { method: stringify!($method), path: $path }),*],
        }),*];
    };
    (@ $why:literal) => { Some($why) };
    (@) => { None };
}

subjects! {
    "Oneself" {
        GET "/v1/me"
    }
    "Teams" {
        GET "/v1/organizations"
        GET "/v1/organizations/{team}/organization-limitations"
    }
    "Members and invitations" {
        GET "/v1/organizations/{team}/members"
        GET "/v2/organizations/{team}/members"
        GET "/v1/organizations/{team}/invitations"
        GET "/v1/products/{product}/invitations"
        GET "/v1/products/{product}/members"
        POST "/v1/products/{product}/members/invite"
        DELETE "/v1/organizations/{team}/members/{person}"
        POST "/v1/organizations/{team}/members/{person}"
        DELETE "/v1/invitations/{invitation}"
        DELETE "/v1/products/{product}/members/{person}"
    }
    "Permission groups" {
        GET "/v1/products/{product}/permissions"
        POST "/v1/products/{product}/permissions"
        DELETE "/v1/permissions/{group}"
        GET "/v1/permissions/{group}"
        PUT "/v1/permissions/{group}"
    }
    "Products and preferences" {
        GET "/v1/products"
        DELETE "/v1/products/{product}"
        GET "/v1/products/{product}"
        PUT "/v1/products/{product}"
        GET "/v1/products/{product}/preferences"
        POST "/v1/products/{product}/preferences"
        POST "/v1/organizations/{team}/products"
    }
    "Environments" {
        GET "/v1/products/{product}/environments"
        POST "/v1/products/{product}/environments"
        DELETE "/v1/environments/{environment}"
        GET "/v1/environments/{environment}"
        PUT "/v1/environments/{environment}"
    }
    "Configs" {
        GET "/v1/products/{product}/configs"
        POST "/v1/products/{product}/configs"
        DELETE "/v1/configs/{config}"
        GET "/v1/configs/{config}"
        PUT "/v1/configs/{config}"
    }
    "SDK keys" {
        GET "/v1/configs/{config}/environments/{environment}"
    }
    "Tags" {
        GET "/v1/products/{product}/tags"
        POST "/v1/products/{product}/tags"
        GET "/v1/tags/{tag}/settings"
        DELETE "/v1/tags/{tag}"
        GET "/v1/tags/{tag}"
        PUT "/v1/tags/{tag}"
    }
    "Segments" {
        GET "/v1/products/{product}/segments"
        POST "/v1/products/{product}/segments"
        DELETE "/v1/segments/{segment}"
        GET "/v1/segments/{segment}"
        PUT "/v1/segments/{segment}"
    }
    "Flags and settings" {
        GET "/v1/configs/{config}/settings"
        POST "/v1/configs/{config}/settings"
        GET "/v1/settings/{setting}/predefined-variations"
        PUT "/v1/settings/{setting}/predefined-variations"
        DELETE "/v1/settings/{setting}"
        GET "/v1/settings/{setting}"
        PATCH "/v1/settings/{setting}"
        PUT "/v1/settings/{setting}"
    }
    "Values, first generation" {
        GET "/v1/environments/{environment}/settings/{setting}/value"
        PATCH "/v1/environments/{environment}/settings/{setting}/value"
        PUT "/v1/environments/{environment}/settings/{setting}/value"
        GET "/v1/configs/{config}/environments/{environment}/values"
        POST "/v1/configs/{config}/environments/{environment}/values"
    }
    "Values, second generation" {
        GET "/v2/environments/{environment}/settings/{setting}/value"
        PATCH "/v2/environments/{environment}/settings/{setting}/value"
        PUT "/v2/environments/{environment}/settings/{setting}/value"
        GET "/v2/configs/{config}/environments/{environment}/values"
        POST "/v2/configs/{config}/environments/{environment}/values"
    }
    "Values by SDK key, first generation" {
        GET "/v1/settings/{setting}/value"
        PATCH "/v1/settings/{setting}/value"
        PUT "/v1/settings/{setting}/value"
    }
    "Values by SDK key, second generation" {
        GET "/v2/settings/{setting}/value"
        PATCH "/v2/settings/{setting}/value"
        PUT "/v2/settings/{setting}/value"
    }
    "Webhooks" {
        GET "/v1/products/{product}/webhooks"
        DELETE "/v1/webhooks/{webhook}"
        GET "/v1/webhooks/{webhook}"
        PATCH "/v1/webhooks/{webhook}"
        PUT "/v1/webhooks/{webhook}"
        GET "/v1/webhooks/{webhook}/keys"
        POST "/v1/configs/{config}/environments/{environment}/webhooks"
    }
    "Integrations" {
        GET "/v1/products/{product}/integrations"
        POST "/v1/products/{product}/integrations"
        DELETE "/v1/integrations/{integration}"
        GET "/v1/integrations/{integration}"
        PUT "/v1/integrations/{integration}"
    }
    "Logs and what was deleted" {
        GET "/v1/products/{product}/auditlogs"
        GET "/v2/products/{product}/auditlogs"
        GET "/v1/configs/{config}/deleted-settings"
        GET "/v1/organizations/{team}/auditlogs"
        GET "/v2/organizations/{team}/auditlogs"
    }
    "Stale flags" {
        GET "/v1/products/{product}/staleflags"
    }
    "Change requests" refused "changes are not approved or scheduled in Burgee" {
        GET "/v2/change-requests/{request}"
        PUT "/v2/change-requests/{request}"
        GET "/v2/products/{product}/change-requests"
        GET "/v2/change-requests/{request}/proposed-changes"
        PUT "/v2/change-requests/{request}/proposed-changes"
        POST "/v2/change-requests/{request}/comments"
        POST "/v2/change-requests/{request}/apply"
        POST "/v2/change-requests/{request}/approve"
        POST "/v2/change-requests/{request}/claim-ownership"
        POST "/v2/change-requests/{request}/close"
        POST "/v2/configs/{config}/environments/{environment}/change-requests"
        POST "/v2/change-requests/{request}/remove-approval"
        POST "/v2/change-requests/{request}/proposed-changes/{setting}/resolve-conflicts"
        DELETE "/v2/change-request-comments/{comment}"
        PUT "/v2/change-request-comments/{comment}"
        DELETE "/v2/change-requests/{request}/proposed-changes/{setting}"
    }
    "Code references" {
        GET "/v1/settings/{setting}/code-references"
        POST "/v1/code-references/delete-reports"
        POST "/v1/code-references"
    }
    "Integration links" refused "no cards of other programs are linked with flags" {
        GET "/v1/integrationLink/{kind}/{key}/details"
        DELETE "/v1/environments/{environment}/settings/{setting}/integrationLinks/{kind}/{key}"
        POST "/v1/environments/{environment}/settings/{setting}/integrationLinks/{kind}/{key}"
        POST "/v1/jira/environments/{environment}/settings/{setting}/integrationLinks/{key}"
        POST "/v1/jira/connect"
    }
    "Proxy profiles" refused "ConfigCat’s proxy reads the config files of Burgee directly" {
        DELETE "/v1/proxy-profiles/{profile}"
        GET "/v1/proxy-profiles/{profile}"
        PATCH "/v1/proxy-profiles/{profile}"
        PUT "/v1/proxy-profiles/{profile}"
        GET "/v1/organizations/{team}/proxy-profiles"
        POST "/v1/organizations/{team}/proxy-profiles"
        GET "/v1/proxy-profiles/{profile}/sdk-keys"
        POST "/v1/proxy-profiles/{profile}/sdk-keys/deselect"
        POST "/v1/proxy-profiles/{profile}/secret"
        POST "/v1/proxy-profiles/{profile}/sdk-keys/select"
    }
}
