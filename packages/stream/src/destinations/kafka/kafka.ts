/** Producing to a topic of Kafka: idempotently, and acknowledged by every replica in sync. */
import { isIP } from 'node:net';
import type * as Kafka from '@platformatic/kafka';
import { installed, readClientTls, whileWanted } from '../../clients/index.ts';
import type { Destination, DestinationPorts, OpenDestination, OutgoingEvent } from '../../destination.ts';
import { kafkaFault } from './fault.ts';
import type { KafkaSettings } from './settings.ts';

type Library = typeof Kafka;
type Producer = Kafka.Producer<string, string, string, string>;

const LIBRARY = '@platformatic/kafka';
const VERSION = '2.12.1';

/** Most text in one request, in bytes: brokers take batches of 1,048,576 unless told otherwise. One event that is larger goes alone. */
const MAX_BATCH_BYTES = 900_000;
/** Longest that connecting and one answer may take, in milliseconds. */
const ANSWER_MS = 10_000;
/** How often a request is repeated under its sequence number before the fault is told, and how long after, in milliseconds. */
const REPEATS = 1;
const REPEAT_AFTER_MS = 250;
/** Without a producer id: the broker gives one (KIP-98). */
const NO_PRODUCER = { producerId: -1n, producerEpoch: -1 };

/**
 * A topic of Kafka. `acks=all` and an idempotent producer: an answer that was lost is asked for once more under the same sequence number, and the broker stores the events
 * once. The key is the id of the node that wrote the entry, so that all of one node lies in one partition, in its order, for as long as the number of partitions stays. What
 * comes of a sending that failed otherwise is not known; it comes again from another producer id, and may then be there twice. The header `writ-uid` tells them apart.
 */
export const openKafka: OpenDestination<KafkaSettings> = async (settings, ports) => {
  const library = await installed(LIBRARY, VERSION, () => import('@platformatic/kafka'));
  return new KafkaDestination(library, settings, ports);
};

class KafkaDestination implements Destination {
  readonly #library: Library;
  readonly #settings: KafkaSettings;
  readonly #ports: DestinationPorts;
  #producer: Producer | undefined;

  constructor(library: Library, settings: KafkaSettings, ports: DestinationPorts) {
    this.#library = library;
    this.#settings = settings;
    this.#ports = ports;
  }

  async send(events: readonly OutgoingEvent[], signal: AbortSignal): Promise<number> {
    const batch = fitting(events);
    try {
      await whileWanted(this.#produce(batch), signal);
      return batch.length;
    } catch (thrown) {
      // Its sequence numbers are in doubt: the next attempt begins with a producer of its own.
      this.#forget();
      throw kafkaFault(thrown, this.#settings);
    }
  }

  async close(): Promise<void> {
    this.#forget();
    await Promise.resolve();
  }

  async #produce(events: readonly OutgoingEvent[]): Promise<void> {
    const producer = this.#producer ?? (await this.#begin());
    const { topic } = this.#settings;
    await producer.send({
      acks: this.#library.ProduceAcks.ALL,
      // Said of each request: a producer that is idempotent as a whole repeats without end, and who sends would never hear of a fault.
      idempotent: true,
      messages: events.map(({ uid, time, producer: key, text }) => ({
        topic,
        key,
        value: text,
        timestamp: BigInt(time),
        headers: { 'writ-uid': uid },
      })),
    });
  }

  async #begin(): Promise<Producer> {
    const producer: Producer = new this.#library.Producer(this.#options());
    // A connection may fail once more after it was let go of; an error that nobody listens for would end the process.
    producer.connections.on('connecting', ({ connection }) => connection.on('error', () => {}));
    this.#producer = producer;
    await producer.initIdempotentProducer(NO_PRODUCER);
    return producer;
  }

  #options(): Kafka.ProducerOptions<string, string, string, string> {
    const { brokers, tls, login } = this.#settings;
    return {
      clientId: 'writ',
      bootstrapBrokers: [...brokers],
      autocreateTopics: false,
      // Two requests under way could change places when the first is repeated.
      maxInflights: 1,
      retries: REPEATS,
      retryDelay: REPEAT_AFTER_MS,
      timeout: ANSWER_MS,
      connectTimeout: ANSWER_MS,
      requestTimeout: ANSWER_MS,
      serializers: this.#library.stringSerializers,
      ...(tls === false
        ? {}
        : { tls: readClientTls(tls, this.#ports), tlsServerName: !brokers.some(isAddress) }),
      ...(login === undefined
        ? {}
        : {
            sasl: {
              mechanism: mechanismOf(login.mechanism),
              username: login.user,
              // Asked for at each connection, so that a changed one is taken up.
              password: () => this.#ports.secret(login.password),
            },
          }),
    };
  }

  /** Lets go of the producer and its connections, whatever is under way. */
  #forget(): void {
    const producer = this.#producer;
    this.#producer = undefined;
    producer?.close(true).catch(() => {
      // There was nothing to end.
    });
  }
}

function mechanismOf(mechanism: NonNullable<KafkaSettings['login']>['mechanism']): Kafka.SASLMechanismValue {
  switch (mechanism) {
    case 'plain':
      return 'PLAIN';
    case 'scram-sha-256':
      return 'SCRAM-SHA-256';
    case 'scram-sha-512':
      return 'SCRAM-SHA-512';
    default:
      return mechanism satisfies never;
  }
}

/** Whether `host:port` names an address: the name that TLS asks for by itself (RFC 6066 §3) cannot be one. */
function isAddress(broker: string): boolean {
  return isIP(broker.slice(0, broker.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1')) !== 0;
}

/** As many of `events` as one request holds, at least the first. */
function fitting(events: readonly OutgoingEvent[]): readonly OutgoingEvent[] {
  let bytes = 0;
  const end = events.findIndex(({ text }) => (bytes += Buffer.byteLength(text)) > MAX_BATCH_BYTES);
  return end === -1 ? events : events.slice(0, Math.max(1, end));
}
