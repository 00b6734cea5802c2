/** Events to a topic of Kafka. */
export { openKafka } from './kafka.ts';
export type { KafkaMechanism, KafkaSettings } from './settings.ts';
