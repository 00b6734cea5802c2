/** Destinations: what each is told, and the way to open one. */
export type { KafkaMechanism, KafkaSettings } from './kafka/index.ts';
export type { NatsLogin, NatsSettings } from './nats/index.ts';
export { openDestination } from './open-destination.ts';
export type { OtlpSettings, OtlpSignal } from './otlp/index.ts';
export type { SyslogSettings } from './syslog/index.ts';
export type { TargetSettings } from './target.ts';
export type { WebhookBody, WebhookHeader, WebhookSettings } from './webhook/index.ts';
