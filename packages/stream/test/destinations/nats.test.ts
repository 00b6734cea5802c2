// A real nats-server stores what is sent, once and in order.
import { DiscardPolicy } from '@nats-io/jetstream';
import { expect, onTestFinished, test } from 'vitest';
import { type NatsSettings, openNats } from '../../src/destinations/nats/index.ts';
import type { Destination } from '../../src/index.ts';
import { deliver, destinationContract, type DestinationWorld } from './destination-contract.ts';
import { eventsOf, uidsOf } from './events.ts';
import {
  HAS_NATS,
  type NatsServer,
  natsServer,
  type NatsServerOptions,
  PASSWORD,
  STREAM,
  USER,
} from './nats-server.ts';
import { testPorts } from './ports.ts';

if (!HAS_NATS) console.warn('nats-server not present: nothing is sent to a real JetStream');

const ENVIRONMENT = { NATS_PASSWORD: PASSWORD, WRONG: 'not-the-password-of-nats' };

destinationContract('a real NATS JetStream', natsWorld, { skip: !HAS_NATS });

test.runIf(HAS_NATS)('an event that comes again is stored once', async () => {
  const server = await started();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const destination = await openedTo(server);
    expect(await destination.send(eventsOf(4), AbortSignal.timeout(15_000))).toBe(4);
  }
  expect((await server.messages()).map(({ uid }) => uid)).toStrictEqual(uidsOf(eventsOf(4)));
});

test.runIf(HAS_NATS)('two subjects of one stream each have their event', async () => {
  const server = await started();
  for (const subject of ['writ.a', 'writ.b']) await deliver(await openedTo(server, { subject }), eventsOf(1));
  expect((await server.messages()).map(({ subject }) => subject)).toStrictEqual(['writ.a', 'writ.b']);
});

test.runIf(HAS_NATS)('the subject tells tenant, producer and kind', async () => {
  const server = await started();
  const [event] = eventsOf(1);
  await deliver(await openedTo(server, { subject: 'writ.{tenant}.{producer}.{kind}' }), eventsOf(1));
  expect(await server.messages()).toMatchObject([
    { subject: 'writ.default.node-1.decision', text: event?.text, uid: event?.uid },
  ]);
});

test.runIf(HAS_NATS)('a stream that is not there is named, and nothing counts as sent', async () => {
  const server = await started();
  await server.removeStream();
  const destination = await openedTo(server);
  await expect(destination.send(eventsOf(1), AbortSignal.timeout(15_000))).rejects.toMatchObject({
    code: 'export.unavailable',
    message: expect.stringContaining(`\`${STREAM}\` does not exist`),
  });
});

test.runIf(HAS_NATS)('a subject of another stream is refused', async () => {
  const destination = await openedTo(await started(), { stream: 'OTHER' });
  await expect(destination.send(eventsOf(1), AbortSignal.timeout(15_000))).rejects.toMatchObject({
    code: 'export.refused',
  });
});

test.runIf(HAS_NATS)('a subject that the login may not publish to is refused', async () => {
  const destination = await openedTo(await started(), { subject: 'elsewhere.events' });
  await expect(destination.send(eventsOf(1), AbortSignal.timeout(15_000))).rejects.toMatchObject({
    code: 'export.refused',
  });
});

test.runIf(HAS_NATS)(
  'an event that the stream never takes is rejected, and those before it count',
  async () => {
    const server = await started();
    await server.configure({ max_msg_size: 20_000 });
    const destination = await openedTo(server);
    const [first, second] = eventsOf(2);
    if (first === undefined || second === undefined) throw new Error('no events');
    const large = { ...second, text: 'x'.repeat(30_000) };
    expect(await destination.send([first, large], AbortSignal.timeout(15_000))).toBe(1);
    await expect(destination.send([large], AbortSignal.timeout(15_000))).rejects.toMatchObject({
      code: 'export.rejected',
    });
    const larger = { ...second, text: 'x'.repeat(2_000_000) };
    await expect(destination.send([larger], AbortSignal.timeout(15_000))).rejects.toMatchObject({
      code: 'export.rejected',
    });
  },
);

test.runIf(HAS_NATS)('a server without TLS is told nothing where TLS is asked for', async () => {
  const server = await started({ tls: false });
  const destination = await openedTo(server);
  await expect(destination.send(eventsOf(1), AbortSignal.timeout(15_000))).rejects.toMatchObject({
    code: 'export.refused',
  });
  const plain = await openedTo(server, { tls: false });
  expect(await plain.send(eventsOf(1), AbortSignal.timeout(15_000))).toBe(1);
});

test.runIf(HAS_NATS)('a certificate of another address is refused', async () => {
  const destination = await openedTo(await started({ certified: [127, 0, 0, 2] }));
  await expect(destination.send(eventsOf(1), AbortSignal.timeout(15_000))).rejects.toMatchObject({
    code: 'export.refused',
    message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
  });
});

async function started(options: NatsServerOptions = {}): Promise<NatsServer> {
  const server = await natsServer(options);
  onTestFinished(() => server.close());
  return server;
}

async function openedTo(server: NatsServer, changes: Partial<NatsSettings> = {}): Promise<Destination> {
  const destination = await openNats({ ...settingsFor(server), ...changes }, testPorts(ENVIRONMENT));
  onTestFinished(() => destination.close());
  return destination;
}

function settingsFor(server: NatsServer): NatsSettings {
  return {
    type: 'nats',
    servers: [server.address],
    tls: { ca: server.authority },
    login: { user: USER, password: { env: 'NATS_PASSWORD' } },
    stream: STREAM,
    subject: 'writ.events',
    format: 'ocsf',
  };
}

async function natsWorld(): Promise<DestinationWorld> {
  const server = await natsServer();
  const settings = settingsFor(server);
  return {
    open: (variant) =>
      openNats(
        {
          ...settings,
          ...(variant === 'wrong-authority' ? { tls: { ca: server.otherAuthority } } : {}),
          ...(variant === 'wrong-login' ? { login: { user: USER, password: { env: 'WRONG' } } } : {}),
        },
        testPorts(ENVIRONMENT),
      ),
    received: async () => (await server.messages()).map(({ uid }) => uid),
    kill: () => server.kill(),
    restart: () => server.start(),
    async takeOnly(count) {
      // A stream that is full refuses the newest. A limit of zero would be none: for that, no event is small enough.
      const limit = Number.isFinite(count) && count > 0 ? count : -1;
      await server.configure({
        max_msgs: limit,
        max_bytes: count === 0 ? 1 : -1,
        discard: DiscardPolicy.New,
      });
    },
    async hang(isHanging) {
      server.signal(isHanging ? 'SIGSTOP' : 'SIGCONT');
      await Promise.resolve();
    },
    secrets: Object.values(ENVIRONMENT),
    close: () => server.close(),
  };
}
