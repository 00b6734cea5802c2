// Kafka's protocol, against a small broker of our own: faults, TLS and logins. The broker that is not ours is in librdkafka.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testAuthority } from '../../../../../scripts/testing/certificate-authority.ts';
import { freePort } from '../../../../../scripts/testing/free-port.ts';
import { type KafkaSettings, openKafka } from '../../../src/destinations/kafka/index.ts';
import type { Destination } from '../../../src/index.ts';
import { destinationContract, type DestinationWorld } from '../destination-contract.ts';
import { eventsOf, uidsOf } from '../events.ts';
import { testPorts } from '../ports.ts';
import { SmallBroker, TOPIC } from './small-broker.ts';

const USER = 'writ';
const PASSWORD = 'a-password-of-kafka-that-nobody-may-see';
const ENVIRONMENT = { KAFKA_PASSWORD: PASSWORD, WRONG: 'not-the-password-of-kafka' };

destinationContract('a small broker of our own that speaks the protocol of Kafka', kafkaWorld, {
  knowsPartial: false,
});

test('an answer that was lost is asked for again under the same number, and the events are stored once', async () => {
  const { broker, destination } = await world();
  expect(await destination.send(eventsOf(2), AbortSignal.timeout(15_000))).toBe(2);
  broker.losesAnswer = true;
  expect(await destination.send(eventsOf(3, 2), AbortSignal.timeout(15_000))).toBe(3);
  expect(stored(broker)).toStrictEqual(uidsOf(eventsOf(5)));
});

test('the key is the node that wrote the entry, and the value is the text', async () => {
  const { broker, destination } = await world();
  const [event] = eventsOf(1);
  await destination.send(eventsOf(1), AbortSignal.timeout(15_000));
  expect(broker.stored).toStrictEqual([
    { key: 'node-1', value: event?.text, headers: { 'writ-uid': event?.uid } },
  ]);
});

test.each([
  ['an event that is too large is rejected', 'MESSAGE_TOO_LARGE', 'export.rejected'],
  ['a topic that may not be written is refused', 'TOPIC_AUTHORIZATION_FAILED', 'export.refused'],
  ['replicas that are missing are waited for', 'NOT_ENOUGH_REPLICAS', 'export.unavailable'],
] as const)('%s: what Kafka answers', async (_why, refuses, code) => {
  const { broker, destination } = await world();
  broker.refuses = refuses;
  await expect(destination.send(eventsOf(1), AbortSignal.timeout(15_000))).rejects.toMatchObject({ code });
  expect(broker.stored).toStrictEqual([]);
});

test.each(['scram-sha-256', 'scram-sha-512'] as const)(
  'with %s the password is proven and not told, and one that is not known is refused',
  async (mechanism) => {
    const login = { mechanism, user: USER, password: { env: 'KAFKA_PASSWORD' } };
    const { broker, destination } = await world({ login });
    expect(await destination.send(eventsOf(1), AbortSignal.timeout(15_000))).toBe(1);
    expect(stored(broker)).toStrictEqual(uidsOf(eventsOf(1)));
    const { destination: stranger } = await world({ login: { ...login, password: { env: 'WRONG' } } });
    await expect(stranger.send(eventsOf(1), AbortSignal.timeout(15_000))).rejects.toMatchObject({
      code: 'export.refused',
    });
  },
);

test('a topic that is not there is named, and none is made', async () => {
  const { broker, destination } = await world();
  broker.hasTopic = false;
  await expect(destination.send(eventsOf(1), AbortSignal.timeout(15_000))).rejects.toMatchObject({
    code: 'export.refused',
    message: expect.stringContaining(`the topic \`${TOPIC}\` does not exist`),
  });
});

test('a batch that is larger than brokers take goes in parts', async () => {
  const { broker, destination } = await world();
  const events = eventsOf(4).map((event) => ({ ...event, text: 'x'.repeat(400_000) }));
  expect(await destination.send(events, AbortSignal.timeout(15_000))).toBe(2);
  expect(stored(broker)).toStrictEqual(uidsOf(events.slice(0, 2)));
});

async function world(
  changes: Partial<KafkaSettings> = {},
): Promise<{ readonly broker: SmallBroker; readonly destination: Destination }> {
  const { broker, settings, remove } = await started();
  const destination = await openKafka({ ...settings, ...changes }, testPorts(ENVIRONMENT));
  onTestFinished(async () => {
    await destination.close();
    await broker.kill();
    remove();
  });
  return { broker, destination };
}

function stored(broker: SmallBroker): readonly (string | undefined)[] {
  return broker.stored.map(({ headers }) => headers['writ-uid']);
}

async function started(): Promise<{
  readonly broker: SmallBroker;
  readonly settings: KafkaSettings;
  readonly otherAuthority: string;
  readonly remove: () => void;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-kafka-'));
  const authority = testAuthority('kafka');
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const broker = new SmallBroker({
    port: await freePort(),
    certificate: authority.issue({ address: [127, 0, 0, 1] }),
    user: USER,
    password: PASSWORD,
  });
  await broker.start();
  return {
    broker,
    settings: {
      type: 'kafka',
      brokers: [broker.address],
      tls: { ca: file('authority.pem', authority.cert) },
      login: { mechanism: 'plain', user: USER, password: { env: 'KAFKA_PASSWORD' } },
      topic: TOPIC,
      format: 'ocsf',
    },
    otherAuthority: file('other.pem', testAuthority('other').cert),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function kafkaWorld(): Promise<DestinationWorld> {
  const { broker, settings, otherAuthority, remove } = await started();
  const { login } = settings;
  if (login === undefined) throw new Error('no login');
  return {
    open: (variant) =>
      openKafka(
        {
          ...settings,
          ...(variant === 'wrong-authority' ? { tls: { ca: otherAuthority } } : {}),
          ...(variant === 'wrong-login' ? { login: { ...login, password: { env: 'WRONG' } } } : {}),
        },
        testPorts(ENVIRONMENT),
      ),
    received: () => Promise.resolve(broker.stored.map(({ headers }) => headers['writ-uid'] ?? '')),
    kill: () => broker.kill(),
    restart: () => broker.start(),
    takeOnly(count) {
      broker.room = count;
      return Promise.resolve();
    },
    hang(isHanging) {
      broker.isHanging = isHanging;
      return Promise.resolve();
    },
    secrets: Object.values(ENVIRONMENT),
    async close() {
      await broker.kill();
      remove();
    },
  };
}
