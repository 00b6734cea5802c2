/** Events to a topic of Kafka. */
export { openKafka } from './kafka.ts';
export { KAFKA_MECHANISMS, type KafkaMechanism, type KafkaSettings } from './settings.ts';
