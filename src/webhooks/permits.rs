//! What is asked about webhooks.

use super::{ConfigInEnvironment, Webhook};
use crate::{authz::permits, products::Product};

permits! {
    /// See the webhooks of a product: those in environments that one can see.
    ListWebhooks: WebhookManage on Product;
    /// Create a webhook of a config in an environment.
    CreateWebhook: WebhookManage on ConfigInEnvironment;
    /// See a webhook, its signing keys and what it has sent.
    ReadWebhook: WebhookManage on Webhook;
    /// Change a webhook, its signing keys, and send again what it has sent.
    ChangeWebhook: WebhookManage on Webhook;
    /// Delete a webhook.
    DeleteWebhook: WebhookManage on Webhook;
}
