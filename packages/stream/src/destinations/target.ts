/** Where to send, by `type`. */
import type { KafkaSettings } from './kafka/index.ts';
import type { NatsSettings } from './nats/index.ts';
import type { OtlpSettings } from './otlp/index.ts';
import type { SyslogSettings } from './syslog/index.ts';
import type { WebhookSettings } from './webhook/index.ts';

/** What a configuration says of one destination alone. */
export type TargetSettings = WebhookSettings | SyslogSettings | OtlpSettings | NatsSettings | KafkaSettings;
