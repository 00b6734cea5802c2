/** Entry point of @writ/stream: the log as a stream to the tools that people watch. */
export type {
  ClientTls,
  Destination,
  DestinationPorts,
  OpenDestination,
  OutgoingEvent,
  SecretSource,
} from './destination.ts';
export { DEFAULT_DESTINATION, type DestinationSettings } from './settings.ts';
export {
  type KafkaMechanism,
  type KafkaSettings,
  type NatsLogin,
  type NatsSettings,
  openDestination,
  type OtlpSettings,
  type OtlpSignal,
  type SyslogSettings,
  type TargetSettings,
  type WebhookBody,
  type WebhookHeader,
  type WebhookSettings,
} from './destinations/index.ts';
export { type Cursor, cursorFile, type CursorStore } from './cursor/index.ts';
export {
  type CursorPlace,
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
