/** Events over HTTP POST. */
export { WEBHOOK_BODIES, type WebhookBody, type WebhookHeader, type WebhookSettings } from './settings.ts';
export { openWebhook } from './webhook.ts';
