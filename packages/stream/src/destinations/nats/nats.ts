/** Publishing to a stream of NATS JetStream, one acknowledged event after another. */
import type * as JetStream from '@nats-io/jetstream';
import type * as Nats from '@nats-io/transport-node';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { installed, whileWanted } from '../../clients/index.ts';
import type { Destination, DestinationPorts, OpenDestination, OutgoingEvent } from '../../destination.ts';
import { connectNats } from './connection.ts';
import { natsFault } from './fault.ts';
import type { NatsSettings } from './settings.ts';
import { subjectOf } from './subject.ts';

const VERSION = '3.4.0';
/** Longest that the server may take to acknowledge one event, in milliseconds. */
const ACKNOWLEDGE_MS = 10_000;

interface Libraries {
  readonly core: typeof Nats;
  readonly jetstream: typeof JetStream;
}

/**
 * A stream of NATS JetStream. Each event is published once the one before it is acknowledged, so that no gap can form in the stream: with several under way, one that is
 * lost while the leader of the stream changes would come after its successors. `Nats-Msg-Id` is the uid of the event and the subject, so that the server drops an event
 * that is sent again within the stream's `duplicate_window`; `Writ-Uid` is the uid alone.
 *
 * An acknowledgement says that the stream has stored the event as it is configured to: with one replica and the server's usual `sync_interval` of two minutes, a loss of
 * power may take away what was acknowledged last.
 */
export const openNats: OpenDestination<NatsSettings> = async (settings, ports) => {
  const libraries: Libraries = {
    core: await installed('@nats-io/transport-node', VERSION, () => import('@nats-io/transport-node')),
    jetstream: await installed('@nats-io/jetstream', VERSION, () => import('@nats-io/jetstream')),
  };
  return new NatsDestination(libraries, settings, ports);
};

class NatsDestination implements Destination {
  readonly #libraries: Libraries;
  readonly #settings: NatsSettings;
  readonly #ports: DestinationPorts;
  #connection: Promise<NatsConnection> | undefined;

  constructor(libraries: Libraries, settings: NatsSettings, ports: DestinationPorts) {
    this.#libraries = libraries;
    this.#settings = settings;
    this.#ports = ports;
  }

  async send(events: readonly OutgoingEvent[], signal: AbortSignal): Promise<number> {
    let acknowledged = 0;
    try {
      const connection = await whileWanted(this.#connected(), signal);
      const client = this.#libraries.jetstream.jetstream(connection);
      for (const event of events) {
        await whileWanted(this.#publish(client, event), signal);
        acknowledged += 1;
      }
      return acknowledged;
    } catch (thrown) {
      // What comes of anything under way is not known: the next attempt begins with a connection of its own.
      this.#forget();
      if (acknowledged > 0) return acknowledged;
      throw natsFault(thrown, this.#settings);
    }
  }

  async close(): Promise<void> {
    this.#forget();
    await Promise.resolve();
  }

  async #publish(client: JetStreamClient, event: OutgoingEvent): Promise<void> {
    const subject = subjectOf(this.#settings.subject, event);
    const headers = this.#libraries.core.headers();
    headers.set('Writ-Uid', event.uid);
    await client.publish(subject, event.text, {
      msgID: `${event.uid} ${subject}`,
      timeout: ACKNOWLEDGE_MS,
      expect: { streamName: this.#settings.stream },
      headers,
    });
  }

  async #connected(): Promise<NatsConnection> {
    const present = await this.#connection;
    if (present !== undefined && !present.isClosed()) return present;
    const connecting = connectNats(this.#libraries.core, this.#settings, this.#ports);
    this.#connection = connecting;
    return await connecting;
  }

  /** Lets go of the connection, one that is still being made too. */
  #forget(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection
      ?.then((present) => present.close())
      .catch(() => {
        // It never came to be, or ended by itself.
      });
  }
}
