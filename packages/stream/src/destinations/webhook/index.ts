/** Events over HTTP POST. */
export type { WebhookBody, WebhookHeader, WebhookSettings } from './settings.ts';
export { openWebhook } from './webhook.ts';
