/** Events to a stream of NATS JetStream. */
export { openNats } from './nats.ts';
export type { NatsLogin, NatsSettings } from './settings.ts';
