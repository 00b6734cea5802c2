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
  openWebhook,
  WEBHOOK_BODIES,
  type WebhookBody,
  type WebhookHeader,
  type WebhookSettings,
} from './destinations/webhook/index.ts';
export { openKafka, type KafkaMechanism, type KafkaSettings } from './destinations/kafka/index.ts';
export { openNats, type NatsLogin, type NatsSettings } from './destinations/nats/index.ts';
export { openOtlp, type OtlpSettings, type OtlpSignal } from './destinations/otlp/index.ts';
export { openSyslog, type SyslogSettings } from './destinations/syslog/index.ts';
export { openDestination } from './destinations/index.ts';
export { type Cursor, cursorFile, type CursorStore } from './cursor/index.ts';
export {
  type CursorReset,
  cursorPath,
  type DestinationState,
  type Exporter,
  type ExporterOptions,
  eventSource,
  EXPORT_FOLDER,
  lockName,
  readStatus,
  resetCursor,
  sendTest,
  type SenderState,
  startExporter,
  statusPath,
  type ToldState,
} from './engine/index.ts';
export { SEND_STEPS, type SendFault, type SendStep } from './steps.ts';
