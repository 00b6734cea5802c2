/** A topic of Kafka: `type: kafka`. */
import type { KafkaMechanism, KafkaSettings } from '@writ/stream';
import { invalid } from '../place.ts';
import { parseSecret } from '../read-secret.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { type Fields, readChoice, readFields, readText } from '../shape.ts';
import { readBrokers } from './read-brokers.ts';

/** Fields of a topic of Kafka, beside those of every destination. */
export const KAFKA_FIELDS: readonly string[] = ['brokers', 'tls', 'insecure', 'login', 'topic', 'format'];
const FORMATS: readonly KafkaSettings['format'][] = ['ocsf', 'cloudevents'];
/** Every mechanism, or this does not compile. */
const MECHANISMS: Readonly<Record<KafkaMechanism, true>> = {
  plain: true,
  'scram-sha-256': true,
  'scram-sha-512': true,
};
/** What brokers take as a name. */
const TOPIC = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;

/** `fields` as a topic of Kafka: over TLS, unless `tls: false`. Throws `config.invalid`. */
export function parseKafka(fields: Fields, folder: string): KafkaSettings {
  const { addresses: brokers, tls } = readBrokers(fields, 'brokers', folder);
  const [login, format] = ['login', 'format'].map((name) => fields.get(name));
  return {
    type: 'kafka',
    brokers,
    tls,
    ...(login === undefined ? {} : { login: parseLogin(login, folder) }),
    topic: readTopic(fields.need('topic', 'write `topic: writ-events`')),
    format: format === undefined ? 'ocsf' : readChoice(format, FORMATS),
  };
}

function parseLogin(value: PlacedValue, folder: string): NonNullable<KafkaSettings['login']> {
  const fields = readFields(value, ['mechanism', 'user', 'password', 'passwordEnv', 'passwordFile']);
  const mechanism = fields.need('mechanism', 'write `mechanism: scram-sha-512`');
  return {
    mechanism: readChoice(mechanism, Object.keys(MECHANISMS) as readonly KafkaMechanism[]),
    user: readText(fields.need('user', 'write `user: writ`')),
    password: parseSecret(fields, 'password', folder),
  };
}

function readTopic(value: PlacedValue): string {
  const text = readText(value);
  if (TOPIC.test(text)) return text;
  throw invalid(value.place, 'the name of a topic is expected', 'letters, digits, `.`, `_` and `-`');
}
