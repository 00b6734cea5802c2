/** What a fault of Kafka means to who sends. Only codes of the protocol are passed on, none of its text. */
import { Fault, isFault } from '@writ/core';
import { certificateProblem, chain } from '../../clients/index.ts';
import type { KafkaSettings } from './settings.ts';

/** Never these events. `CORRUPT_MESSAGE` is not among them: it tells of the way, not of the event. */
const NEVER = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP'];
/** Who we are, or what we may do. */
const REFUSED = [
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
  'INVALID_TOPIC_EXCEPTION',
];
const UNKNOWN_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';
/** Codes of the library. */
const AUTHENTICATION = 'PLT_KFK_AUTHENTICATION';
const USER = 'PLT_KFK_USER';

/** `thrown` as a fault of a destination; faults stay as they are. */
export function kafkaFault(thrown: unknown, settings: KafkaSettings): Fault {
  if (isFault(thrown)) return thrown;
  const { topic } = settings;
  const brokers = settings.brokers.join(', ');
  const errors = chain(thrown);
  const ids = new Set(
    errors.map((one) => ('apiId' in one ? one.apiId : undefined)).filter((id) => typeof id === 'string'),
  );
  const codes = new Set(errors.map((one) => ('code' in one ? one.code : undefined)));
  const certificate = certificateProblem(thrown);
  if (certificate !== undefined)
    return new Fault(
      'export.refused',
      `the certificate was refused between Writ and Kafka at \`${brokers}\`: ${certificate}`,
      { hint: 'name the authority that issued it as `tls.ca`' },
    );
  if (ids.has(UNKNOWN_TOPIC) || (codes.has(USER) && errors.some(isUnknownTopic)))
    return new Fault('export.refused', `the topic \`${topic}\` does not exist, or may not be seen`, {
      hint: `create it with \`min.insync.replicas\` of at least 2, and allow Writ to write to it`,
    });
  const never = NEVER.find((id) => ids.has(id));
  if (never !== undefined)
    return new Fault('export.rejected', `Kafka does not take an event for \`${topic}\`: ${never}`);
  const refused = REFUSED.find((id) => ids.has(id));
  if (refused !== undefined || codes.has(AUTHENTICATION))
    return new Fault(
      'export.refused',
      `Kafka at \`${brokers}\` refused the login, or what it may do: ${refused ?? 'authentication failed'}`,
      { hint: `allow it to write to the topic \`${topic}\`, and to produce idempotently` },
    );
  const [id] = ids;
  return new Fault(
    'export.unavailable',
    `Kafka at \`${brokers}\` cannot be reached, or did not acknowledge${id === undefined ? '' : `: ${id}`}`,
  );
}

/** The library tells of a topic that it was not told of with a message alone. */
function isUnknownTopic(error: Error): boolean {
  return error.message.startsWith('Unknown topic');
}
