/** Entry point of @writ/stream: the log as a stream to the tools that people watch. */
export type {
  ClientTls,
  Destination,
  DestinationPorts,
  OpenDestination,
  OutgoingEvent,
  SecretSource,
} from './destination.ts';
export { DEFAULT_DESTINATION, type DestinationSettings, type TargetSettings } from './settings.ts';
export {
  WEBHOOK_BODIES,
  type WebhookBody,
  type WebhookHeader,
  type WebhookSettings,
} from './destinations/webhook/index.ts';
export type { SyslogSettings } from './destinations/syslog/index.ts';
