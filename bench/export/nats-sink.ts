// A stream of a real nats-server, in a file on the disk of the checkout.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { freePort } from '../../scripts/testing/free-port.ts';
import { durableFolder } from '../durable.ts';
import type { Sink } from './sink.ts';

const PROGRAM = 'nats-server';
const STREAM = 'WRIT';
const ATTEMPTS = 200;
const ATTEMPT_MS = 50;

/** A server with an empty stream; `undefined` where none is installed. */
export async function natsSink(): Promise<Sink | undefined> {
  if (spawnSync(PROGRAM, ['--version']).status !== 0) return undefined;
  const folder = durableFolder('nats');
  const port = await freePort();
  const child = spawn(PROGRAM, ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder], {
    stdio: 'ignore',
  });
  const connection = await connected(`127.0.0.1:${port}`, child);
  const { streams } = await jetstreamManager(connection);
  await streams.add({ name: STREAM, subjects: ['writ.>'], storage: StorageType.File });
  return {
    target: {
      type: 'nats',
      servers: [`127.0.0.1:${port}`],
      tls: false,
      stream: STREAM,
      subject: 'writ.{tenant}.{kind}',
      format: 'ocsf',
    },
    arrived: async () => (await streams.info(STREAM)).state.messages,
    async close() {
      await connection.close();
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function connected(server: string, child: ChildProcess): Promise<NatsConnection> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connect({ servers: [server], reconnect: false, tls: null });
    } catch (cause) {
      if (attempt < ATTEMPTS && child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, ATTEMPT_MS));
        continue;
      }
      child.kill();
      throw cause;
    }
  }
}
